/** What log lines say about the invocation they belong to, before its journal has been read. */
import { LoggerContext } from "../../api/logger.js";
import { headerOf } from "../headers.js";
import type { EndpointRequest } from "../types.js";

/** The context of lines about a request whose start message has not arrived yet: key and request are unknown. */
export function logContextOf(
  { headers, logContext }: EndpointRequest,
  service: string,
  handler: string,
): LoggerContext {
  return new LoggerContext(
    headerOf(headers, "x-restate-invocation-id") ?? "unknown id",
    service,
    handler,
    undefined,
    undefined,
    logContext,
  );
}
