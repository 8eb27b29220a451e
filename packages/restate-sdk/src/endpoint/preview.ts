/** Serde previews: shows the UI as JSON what a serde has encoded, and encodes the JSON that was edited there. */
import type { Serde } from "@restatedev/restate-sdk-core";
import { toError } from "../errors/to-error.js";
import { previewSerde } from "./preview-serdes.js";
import { errorResponse, staticResponse } from "./responses.js";
import type { PreviewRoute } from "./routes.js";
import type { ServiceCatalog } from "./service-catalog.js";
import type { EndpointResponse, StaticResponse } from "./types.js";

export function preview(catalog: ServiceCatalog, route: PreviewRoute): EndpointResponse {
  const service = catalog.get(route.service);
  if (service === undefined) {
    return errorResponse(404, `There is no service '${route.service}' at this endpoint`);
  }
  const serde = previewSerde(service, route.serde);
  if (serde?.preview === undefined) {
    return errorResponse(
      404,
      `Service '${route.service}' has no serde '${route.serde}' with a preview`,
    );
  }
  const convert = { encode, decode }[route.operation];
  const { preview: bridge } = serde;
  return {
    kind: "buffered",
    async respond(body) {
      try {
        return await convert(serde, bridge, body);
      } catch (error) {
        return errorResponse(422, toError(error).message);
      }
    },
  };
}

type Bridge = NonNullable<Serde<unknown>["preview"]>;

async function decode(
  serde: Serde<unknown>,
  bridge: Bridge,
  body: Uint8Array,
): Promise<StaticResponse> {
  return staticResponse(
    200,
    "application/json",
    await bridge.toJsonString(serde.deserialize(body)),
  );
}

async function encode(
  serde: Serde<unknown>,
  bridge: Bridge,
  body: Uint8Array,
): Promise<StaticResponse> {
  const value = await bridge.fromJsonString(new TextDecoder().decode(body));
  const contentType = serde.contentType ?? "application/octet-stream";
  return staticResponse(200, contentType, serde.serialize(value));
}
