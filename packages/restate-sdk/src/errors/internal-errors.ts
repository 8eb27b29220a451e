/** The error that stands for an attempt ending without a result, and how to recognise it. */
import * as codes from "./codes.js";
import { RestateError } from "./restate-error.js";

/** The attempt ended without a result: suspended, paused, or its connection is gone. Code 599. */
export class SuspendedError extends RestateError {
  override name = "SuspendedError";

  constructor() {
    super("The attempt ended without a result and will be resumed later.", {
      errorCode: codes.SUSPENDED,
    });
  }
}

/**
 * Tells whether an error only says that the attempt is ending, without a failure: the invocation
 * suspends or pauses, or the connection to the server is gone. Handler interceptors use it to tell
 * such endings from real errors, for example to not report them.
 */
export function isSuspendedError(e: unknown): boolean {
  return e instanceof RestateError && e.code === codes.SUSPENDED;
}
