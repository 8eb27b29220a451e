/** From a request to its response: the one function that all adapters call. */
import { LogSource } from "../api/logger.js";
import * as codes from "../errors/codes.js";
import { toError } from "../errors/to-error.js";
import { contentTypeOf, parseContentType, type ProtocolVersion } from "../protocol/version.js";
import { discover } from "./discovery/discover.js";
import { buildManifest, type ProtocolMode, type TransportFields } from "./discovery/manifest.js";
import type { Endpoint } from "./endpoint.js";
import { invoke } from "./invoke.js";
import { logContextOf } from "./logging/log-context.js";
import { createLogger } from "./logging/logger.js";
import { preview } from "./preview.js";
import { errorResponse, headersWith, staticResponse } from "./responses.js";
import { parseRoute, pathOf, signedPath, type InvokeRoute, type Route } from "./routes.js";
import type { EndpointRequest, EndpointResponse, HeaderValues, StaticResponse } from "./types.js";

export type { ProtocolMode };

/** Never throws or rejects. Answers with a promise only if the endpoint verifies who calls it. */
export type RequestHandler = (
  request: EndpointRequest,
) => EndpointResponse | Promise<EndpointResponse>;

/** What of the answers depends on the transport. */
export interface TransportOptions extends TransportFields {
  readonly protocolMode: ProtocolMode;
}

export function createRequestHandler(
  endpoint: Endpoint,
  { protocolMode, ...transport }: TransportOptions,
): RequestHandler {
  const manifest = buildManifest(endpoint.catalog, protocolMode, transport);

  const answer = (request: EndpointRequest, route: Route): EndpointResponse => {
    switch (route.kind) {
      case "invoke":
        return answerInvoke(endpoint, request, route);
      case "discover":
        return logged(endpoint, discover(manifest, headerOf(request.headers, "accept")));
      case "preview":
        return logged(endpoint, preview(endpoint.catalog, route));
      case "health":
        return HEALTHY;
      case "unknown":
        return logged(endpoint, errorResponse(codes.NOT_FOUND, describeUnknown(route.path)));
    }
  };

  return (request) => {
    try {
      const path = pathOf(request.url);
      const route = parseRoute(path);
      // Load balancers ask for the health, and they have no key.
      if (endpoint.verifyIdentity === undefined || route.kind === "health") {
        return answer(request, route);
      }
      return endpoint
        .verifyIdentity(signedPath(path), request.headers)
        .then((refusal) =>
          refusal === undefined ? answer(request, route) : unauthorized(endpoint, path, refusal),
        )
        .catch((error: unknown) => unexpected(endpoint, request, error));
    } catch (error) {
      return unexpected(endpoint, request, error);
    }
  };
}

const HEALTHY = staticResponse(200, "application/text", "OK");

const INVOKE_HEADERS: Readonly<Record<ProtocolVersion, Readonly<Record<string, string>>>> = {
  5: headersWith(contentTypeOf(5)),
  6: headersWith(contentTypeOf(6)),
  7: headersWith(contentTypeOf(7)),
};

function answerInvoke(
  endpoint: Endpoint,
  request: EndpointRequest,
  route: InvokeRoute,
): EndpointResponse {
  const service = endpoint.catalog.get(route.service);
  const handler = service?.handlers.get(route.handler);
  if (handler === undefined) {
    const missing = service === undefined ? route.service : `${route.service}/${route.handler}`;
    return logged(
      endpoint,
      errorResponse(codes.NOT_FOUND, describeMissing(missing, service !== undefined)),
    );
  }
  const contentType = headerOf(request.headers, "content-type");
  const version = contentType === undefined ? undefined : parseContentType(contentType);
  if (version === undefined) {
    return logged(
      endpoint,
      errorResponse(codes.UNSUPPORTED_MEDIA_TYPE, describeVersion(contentType)),
    );
  }
  const { journalValueCodec, loggerTransport } = endpoint;
  return {
    kind: "stream",
    status: 200,
    headers: INVOKE_HEADERS[version],
    start: invoke({ version, handler, request, journalValueCodec, loggerTransport }),
  };
}

function unauthorized(endpoint: Endpoint, path: string, refusal: string): StaticResponse {
  endpoint.log.error(`Rejected a request for ${path}: ${refusal}`);
  // The reason is for the operator of this endpoint, not for whoever tries to get in.
  return errorResponse(codes.UNAUTHORIZED, "Unauthorized");
}

function unexpected(endpoint: Endpoint, request: EndpointRequest, thrown: unknown): StaticResponse {
  const error = toError(thrown);
  const route = parseRoute(pathOf(request.url));
  const log =
    route.kind === "invoke"
      ? createLogger(endpoint.loggerTransport, LogSource.SYSTEM, logContextOf(request, route))
      : endpoint.log;
  log.error("Unexpected error while answering a request:", error);
  return errorResponse(codes.INTERNAL, error.message);
}

/** Refusals are logged: the server shows them to whoever operates it, not to who operates the endpoint. */
function logged(endpoint: Endpoint, response: EndpointResponse): EndpointResponse {
  if (response.kind === "static" && response.status >= 400) {
    endpoint.log.warn(`Answering ${response.status}: ${new TextDecoder().decode(response.body)}`);
  }
  return response;
}

function describeMissing(name: string, serviceIsKnown: boolean): string {
  return (
    `There is no ${serviceIsKnown ? "handler" : "service"} '${name}' at this endpoint. ` +
    "Likely cause: the deployment was changed after it was registered. Register it again."
  );
}

function describeVersion(contentType: string | undefined): string {
  return contentType === undefined
    ? "Missing content-type header. It has to name the version of the service protocol."
    : `Unsupported service protocol '${contentType}': this SDK speaks ${contentTypeOf(5)} to ${contentTypeOf(7)}. ` +
        "Register the deployment again, and upgrade the older of the SDK and the Restate server.";
}

function describeUnknown(path: string): string {
  return (
    "Invalid path. Allowed are /health, /discover, /invoke/{service}/{handler}, " +
    `/serdes/{service}/encode/{serde} and /serdes/{service}/decode/{serde}, but was: ${path}`
  );
}

function headerOf(headers: HeaderValues, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "object" ? value.join(", ") : value;
}
