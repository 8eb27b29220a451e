/** Serde previews: shows the UI as JSON what a serde has encoded, and encodes the JSON that was edited there. */
import type { Serde } from "@restatedev/restate-sdk-core";
import * as codes from "../errors/codes.js";
import { toError } from "../errors/to-error.js";
import { utf8Decoder } from "../util/utf8.js";
import { errorResponse, staticResponse } from "./responses.js";
import type { PreviewRoute } from "./routes.js";
import type { CatalogService, ServiceCatalog } from "./service-catalog.js";
import type { EndpointResponse } from "./types.js";

export function preview(
  catalog: ServiceCatalog,
  { service, operation, serde: name }: PreviewRoute,
): EndpointResponse {
  const serde = previewableSerdes(catalog.get(service)).get(name);
  if (!serde) {
    return errorResponse(
      codes.NOT_FOUND,
      `There is no serde '${name}' with a preview in a service '${service}'`,
    );
  }
  return {
    kind: "buffered",
    async respond(body) {
      try {
        const { contentType = "application/octet-stream", preview } = serde;
        return operation === "decode"
          ? staticResponse(
              200,
              "application/json",
              await preview.toJsonString(serde.deserialize(body)),
            )
          : staticResponse(
              200,
              contentType,
              serde.serialize(await preview.fromJsonString(utf8Decoder.decode(body))),
            );
      } catch (error) {
        return errorResponse(422, toError(error).message);
      }
    },
  };
}

/** The metadata of a service, which also announces the serdes that can be previewed. */
export function metadataWithPreviews(service: CatalogService): CatalogService["metadata"] {
  let { metadata } = service;
  for (const name of previewableSerdes(service).keys()) {
    metadata = { ...metadata, [`dev.restate.serde.preview.${name}`]: "true" };
  }
  return metadata;
}

type PreviewableSerde = Serde<unknown> & Required<Pick<Serde<unknown>, "preview">>;

/** By the names under which the UI asks for them: `<handler>/input` and `<handler>/output`. */
function previewableSerdes(service: CatalogService | undefined): Map<string, PreviewableSerde> {
  const serdes = new Map<string, PreviewableSerde>();
  for (const { name, input, output } of service?.handlers.values() ?? []) {
    for (const [role, serde] of Object.entries({ input, output })) {
      if (serde.preview) serdes.set(`${name}/${role}`, serde as PreviewableSerde);
    }
  }
  return serdes;
}
