/** The errors that end an invocation instead of being retried. */
import { brand } from "./brand.js";
import * as codes from "./codes.js";
import { RestateError, type RestateErrorOptions } from "./restate-error.js";

/**
 * Fails what it is thrown from, for good. Thrown from a handler, it ends the invocation and is what
 * the caller gets; thrown from a `ctx.run` action, it is journaled as the result of that run and
 * rejects its promise, on replay as well.
 *
 * Message, code and metadata travel; the class, `cause` and `stack` do not. Whoever called the
 * handler, or awaits the run after a replay, therefore gets a plain `TerminalError`: tell failures
 * apart by code or metadata, not by subclass.
 *
 * @example
 * ```ts
 * if (!order) throw new TerminalError(`there is no order ${id}`, { errorCode: 404 });
 * ```
 */
export class TerminalError extends RestateError {
  static {
    brand(this, "TerminalError");
  }

  /** Key-value pairs that travel with the error. Empty if none were given. */
  readonly metadata?: Record<string, string>;

  constructor(message: string, options?: TerminalErrorOptions) {
    super(message, options);
    this.metadata = options?.metadata ?? {};
  }
}

/** What a {@link TerminalError} is made with, besides its message. */
export interface TerminalErrorOptions extends RestateErrorOptions {
  /**
   * HTTP status code of the failure. When the invocation was started through the ingress, it is the
   * status its caller is answered with. Default: 500.
   */
  errorCode?: number;
  /** Key-value pairs that travel with message and code. Needs a Restate server 1.6 or newer. */
  metadata?: Record<string, string>;
}

/** Rejects the promise returned by `RestatePromise.orTimeout` when the time is over. Code 408. */
export class TimeoutError extends TerminalError {
  static {
    brand(this, "TimeoutError");
  }

  constructor() {
    super("Timeout occurred", { errorCode: codes.TIMEOUT });
  }
}

/**
 * Rejects what a handler awaits when its invocation is cancelled. Code 409.
 *
 * Catch it to undo what was done so far, then throw it again: swallowing it lets the invocation go
 * on. Operations awaited afterwards work as usual, unless the invocation is cancelled a second
 * time.
 */
export class CancelledError extends TerminalError {
  static {
    brand(this, "CancelledError");
  }

  constructor() {
    super("Cancelled", { errorCode: codes.CANCELLED });
  }
}
