/** Turns whatever was thrown into an error the SDK can act on. */
import { RestateError } from "./restate-error.js";
import { TerminalError } from "./terminal-error.js";
import { isSuspendedError } from "./internal-errors.js";

/**
 * The user's mapping of domain errors to terminal ones (`asTerminalError` in the service and
 * handler options).
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the official signature
export type AsTerminalError = (error: any) => TerminalError | undefined;

/**
 * The error to settle with for a thrown `value`. The first rule that applies wins:
 *
 * 1. a `TerminalError`, or an attempt that is merely ending, is returned as it is;
 * 2. what `asTerminalError` maps it to; if that function itself throws, an error that says so (to
 *    be retried);
 * 3. an `Error`, of whatever class and realm;
 * 4. an object with a string `message`: a `RestateError` with that message, and with its `code` if
 *    that is a number;
 * 5. anything else: an error that shows the value as JSON.
 */
export function toError(value: unknown, asTerminalError?: AsTerminalError): Error {
  if (value instanceof TerminalError || isSuspendedError(value)) return value as Error;
  return mapped(value, asTerminalError) ?? (isError(value) ? value : wrapped(value));
}

function mapped(value: unknown, asTerminalError: AsTerminalError | undefined): Error | undefined {
  try {
    return asTerminalError?.(value);
  } catch (thrown) {
    const wasAskedAbout = isError(value) ? value : wrapped(value);
    return new RestateError(
      `asTerminalError threw ${describe(thrown)} when asked about ${describe(wasAskedAbout)}. ` +
        "The failure counts as retryable. " +
        "Make asTerminalError return undefined for errors it does not know.",
      { cause: value },
    );
  }
}

function isError(value: unknown): value is Error {
  // The tag recognises errors of another realm, such as a vm context or a test runner's sandbox.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function wrapped(value: unknown): Error {
  if (typeof value === "object" && value !== null && "message" in value) {
    const { message } = value;
    const code = "code" in value ? value.code : undefined;
    if (typeof message === "string") {
      return new RestateError(
        message,
        typeof code === "number" ? { errorCode: code, cause: value } : { cause: value },
      );
    }
  }
  return new Error(`Non-Error value: ${toJson(value)}`, { cause: value });
}

function describe(value: unknown): string {
  return isError(value) ? `${value.name}: ${value.message}` : toJson(value);
}

function toJson(value: unknown): string {
  try {
    // undefined, functions and symbols have no JSON; their string form says more than nothing.
    const json = JSON.stringify(value) as unknown;
    return typeof json === "string" ? json : String(value);
  } catch {
    return "(no JSON representation)";
  }
}
