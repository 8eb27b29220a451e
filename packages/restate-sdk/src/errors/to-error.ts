/** Turns whatever was thrown into an error the SDK can act on. */
import { show } from "../util/show.js";
import { RestateError, wrapping } from "./restate-error.js";
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
  const error = isError(value) ? value : wrapped(value);
  try {
    return asTerminalError?.(value) ?? error;
  } catch (thrown) {
    return new RestateError(
      `asTerminalError threw ${toText(thrown)} for ${toText(error)}, which is therefore retried. ` +
        "It must return undefined for errors it does not know.",
      { cause: value },
    );
  }
}

function isError(value: unknown): value is Error {
  // The tag recognises errors of another realm, such as a vm context or a test runner's sandbox.
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function wrapped(value: unknown): Error {
  const { message, code } = Object(value) as {
    readonly message?: unknown;
    readonly code?: unknown;
  };
  return typeof message === "string"
    ? new RestateError(message, wrapping(value, code))
    : new Error(`Non-Error value: ${show(value)}`, { cause: value });
}

function toText(value: unknown): string {
  return isError(value) ? `${value.name}: ${value.message}` : show(value);
}
