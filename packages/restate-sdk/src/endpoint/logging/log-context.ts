/** What log lines say about the invocation they belong to, before its journal has been read. */
import { LoggerContext } from "../../api/logger.js";
import type { EndpointRequest, HeaderValues } from "../types.js";

const INVOCATION_ID_HEADER = "x-restate-invocation-id";

/** The context of lines about a request whose start message has not arrived yet: key and request are unknown. */
export function logContextOf(
  request: EndpointRequest,
  target: { readonly service: string; readonly handler: string },
): LoggerContext {
  return new LoggerContext(
    invocationIdOf(request.headers),
    target.service,
    target.handler,
    undefined,
    undefined,
    request.logContext,
  );
}

/** The invocation id the server sends along as a header. */
export function invocationIdOf(headers: HeaderValues): string {
  const value = headers[INVOCATION_ID_HEADER];
  return (typeof value === "object" ? value[0] : value) ?? "unknown id";
}
