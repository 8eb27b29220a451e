/**
 * The errors with which a `ctx.run` action says how its failure is to be handled: retry later, or
 * pause.
 */
import type { Duration } from "@restatedev/restate-sdk-core";
import { brand } from "./brand.js";
import { RestateError, wrapping, type RestateErrorOptions } from "./restate-error.js";
import { toError } from "./to-error.js";

export interface RetryableErrorOptions {
  /**
   * How long to wait before the next attempt; a number is milliseconds. Default: what the retry
   * policy says.
   */
  retryAfter?: Duration | number;
}

/**
 * A failure to be retried, after a delay of your choice.
 *
 * Thrown from a `ctx.run` action, `retryAfter` replaces the delay the run's retry policy would have
 * computed; the policy's limits (`maxRetryAttempts`, `maxRetryDuration`) still hold. Thrown from a
 * handler, it is the delay before the next attempt.
 *
 * @example
 * ```ts
 * await ctx.run("charge", async () => {
 *   const response = await fetch(url, { method: "POST" });
 *   if (response.status === 429) {
 *     throw new RetryableError("rate limited", {
 *       retryAfter: { seconds: Number(response.headers.get("retry-after") ?? 5) },
 *     });
 *   }
 * });
 * ```
 */
export class RetryableError extends RestateError {
  static {
    brand(this, "RetryableError");
  }

  /** The delay before the next attempt, if one was chosen; a number is milliseconds. */
  readonly retryAfter?: Duration | number;

  constructor(message: string, options?: RetryableErrorOptions & RestateErrorOptions) {
    super(message, options);
    if (options?.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }

  /**
   * Wraps whatever was caught: keeps its message, and its `errorCode` if it has a numeric one, and
   * sets it as `cause`.
   */
  // The official signature: whatever was caught.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/explicit-module-boundary-types
  static from(cause: any, options?: RetryableErrorOptions): RetryableError {
    return new RetryableError(toError(cause).message, { ...optionsFrom(cause), ...options });
  }
}

/**
 * Pauses the invocation: it is not retried until someone resumes it from the UI, the CLI or the
 * admin API.
 *
 * Only works when thrown from a `ctx.run` action; thrown from anywhere else it is retried like any
 * error.
 *
 * @example
 * ```ts
 * await ctx.run("import", async () => {
 *   const file = await download(url);
 *   if (!isValid(file)) throw new PauseError(`${url} needs to be repaired by hand`);
 * });
 * ```
 */
export class PauseError extends RestateError {
  static {
    brand(this, "PauseError");
  }

  /**
   * Wraps whatever was caught: keeps its message, and its `errorCode` if it has a numeric one, and
   * sets it as `cause`.
   */
  // The official signature: whatever was caught.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/explicit-module-boundary-types
  static from(cause: any): PauseError {
    return new PauseError(toError(cause).message, optionsFrom(cause));
  }
}

function optionsFrom(cause: unknown): RestateErrorOptions {
  return wrapping(cause, (Object(cause) as { readonly errorCode?: unknown }).errorCode);
}
