/** The base class of every error this SDK throws or understands. */
import { brand } from "./brand.js";
import * as codes from "./codes.js";

/**
 * An error with a numeric code. Thrown from a handler, it makes Restate retry the attempt, like any
 * error that is not a `TerminalError`; the code and the message are shown with the failed attempt.
 *
 * Own enumerable fields are `code` and `name`. They do not change on replay, so the error may be
 * serialised into a call, state or a run result; `stack` and `cause` are not enumerable and do
 * change.
 *
 * `instanceof` holds across several installed copies of this package.
 *
 * @example
 * ```ts
 * throw new RestateError("the inventory service answered 503", { errorCode: 503, cause: error });
 * ```
 */
export class RestateError extends Error {
  static {
    brand(this, "RestateError");
  }

  /** HTTP-like status code; 500 if none was given. */
  readonly code: number;

  constructor(message: string, options?: RestateErrorOptions) {
    super(message, options?.cause === undefined ? {} : options);
    const { name } = this;
    // What `brand` has put into the prototype becomes an own property, which serialisers see.
    this.name = name;
    this.code = options?.errorCode ?? codes.INTERNAL;
  }
}

/** What the errors of this SDK are made with, besides their message. */
export interface RestateErrorOptions {
  /** HTTP-like status code of the error. Default: 500. */
  errorCode?: number;
  /** What led to this error. Kept on the instance, never sent. */
  // The official signature, which callers may have written their wrappers against.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  cause?: any;
}

/** The options of an error that wraps `cause`, with `code` if that is one. */
export function wrapping(cause: unknown, code: unknown): RestateErrorOptions {
  return { cause, errorCode: typeof code === "number" ? code : codes.INTERNAL };
}
