/** Sends what the SDK logs, and what handlers log with `ctx.console`, to a pino logger: one JSON object for each line. */
import { format } from "node:util";
import type { LoggerTransport } from "@restatedev/restate-sdk";
import type { Logger } from "pino";

/** For the option `logger` of an endpoint. */
export function pinoTransport(logger: Logger): LoggerTransport {
  return ({ level, source, replaying, context }, ...parts: readonly unknown[]) => {
    // The transport gets every line, and a replay logs again what an attempt before it has logged.
    if (replaying || !logger.isLevelEnabled(level)) return;
    const error = parts.find((part) => part instanceof Error);
    const data = parts.find((part) => isObject(part) && part !== error);
    const text = parts.filter((part) => part !== error && part !== data);
    logger[level](
      {
        source,
        invocation: context?.invocationId,
        target: context?.invocationTarget,
        // Such as the id of the Lambda request.
        ...context?.additionalContext,
        ...(data !== undefined && { data }),
        ...(error !== undefined && { err: error }),
      },
      text.length > 0 ? format(...text) : error?.message,
    );
  };
}

function isObject(part: unknown): part is object {
  return typeof part === "object" && part !== null;
}
