/** From a request to its response: the one function that all adapters call. */
import { LogSource } from "../api/logger.js";
import * as codes from "../errors/codes.js";
import { toError } from "../errors/to-error.js";
import {
  contentTypeOf,
  MAX_PROTOCOL_VERSION,
  MIN_PROTOCOL_VERSION,
  parseContentType,
} from "../protocol/version.js";
import { utf8Decoder } from "../util/utf8.js";
import { Attempt } from "./attempt.js";
import { discover } from "./discovery/discover.js";
import { buildManifest, type ProtocolMode, type TransportFields } from "./discovery/manifest.js";
import type { Endpoint } from "./endpoint.js";
import { headerOf } from "./headers.js";
import { logContextOf } from "./logging/log-context.js";
import { createLogger } from "./logging/logger.js";
import { preview } from "./preview.js";
import { errorResponse, headersWith, staticResponse, unsupportedVersion } from "./responses.js";
import { createRouter, signedPath, type InvokeRoute, type Route } from "./routes.js";
import type { EndpointRequest, EndpointResponse } from "./types.js";

export type { ProtocolMode };

/** Never throws or rejects. Answers with a promise only if the endpoint verifies who calls it. */
export type RequestHandler = (
  request: EndpointRequest,
) => EndpointResponse | Promise<EndpointResponse>;

export function createRequestHandler(
  endpoint: Endpoint,
  transport: TransportFields,
): RequestHandler {
  const { catalog, log, logger, verifyIdentity } = endpoint;
  const manifest = buildManifest(catalog, transport);

  const respond = (request: EndpointRequest, route: Route): EndpointResponse => {
    switch (route.kind) {
      case "invoke":
        return invoke(endpoint, request, route);
      case "discover":
        return discover(manifest, request.headers["accept"]?.toString());
      case "preview":
        return preview(catalog, route);
      case "health":
        return staticResponse(200, "application/text", "OK");
      case "unknown":
        return errorResponse(
          codes.NOT_FOUND,
          `Invalid path. Allowed are /health, /discover, /invoke/{service}/{handler} and /serdes/*, but was: ${route.path}`,
        );
    }
  };

  const answer = (request: EndpointRequest, route: Route): EndpointResponse => {
    try {
      const response = respond(request, route);
      // Refusals are logged: the server shows them to whoever operates it, not to who operates the endpoint.
      if (response.kind === "static" && response.status >= 400) {
        log.warn(`Answering ${response.status}: ${utf8Decoder.decode(response.body)}`);
      }
      return response;
    } catch (thrown) {
      const error = toError(thrown);
      const context =
        route.kind === "invoke" ? logContextOf(request, route.service, route.handler) : undefined;
      createLogger(logger, LogSource.SYSTEM, context).error(
        "Unexpected error while answering a request:",
        error,
      );
      return errorResponse(codes.INTERNAL, error.message);
    }
  };

  const find = createRouter();
  return (request) => {
    const { path, route } = find(request.url);
    // Load balancers ask for the health, and they have no key.
    if (!verifyIdentity || route.kind === "health") return answer(request, route);
    return verifyIdentity(signedPath(path), request.headers).then((refusal) => {
      if (refusal === undefined) return answer(request, route);
      log.error(`Rejected a request for ${path}: ${refusal}`);
      // The reason is for the operator of this endpoint, not for whoever tries to get in.
      return errorResponse(codes.UNAUTHORIZED, "Unauthorized");
    });
  };
}

function invoke(
  endpoint: Endpoint,
  request: EndpointRequest,
  route: InvokeRoute,
): EndpointResponse {
  const service = endpoint.catalog.get(route.service);
  const handler = service?.handlers.get(route.handler);
  if (!handler) {
    return errorResponse(
      codes.NOT_FOUND,
      `There is no ${service ? `handler '${route.handler}' in ` : ""}service '${route.service}' at this endpoint. ` +
        "If the deployment has changed, register it again.",
    );
  }
  const contentType = headerOf(request.headers, "content-type");
  const version = parseContentType(contentType ?? "");
  if (!version) {
    return unsupportedVersion(
      "content-type",
      contentType,
      `${contentTypeOf(MIN_PROTOCOL_VERSION)} to ${contentTypeOf(MAX_PROTOCOL_VERSION)}`,
    );
  }
  return {
    kind: "stream",
    status: 200,
    headers: headersWith(contentTypeOf(version)),
    start: (output) => new Attempt({ version, handler, request, endpoint }, output),
  };
}
