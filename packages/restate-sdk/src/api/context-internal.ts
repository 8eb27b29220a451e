/** What a context can do beyond the documented surface; exported as `internal.ContextInternal`. */
import type { Context } from "./context.js";
import type { InvocationId } from "./invocation-id.js";
import type { RestatePromise } from "./promise.js";

/**
 * Every context is one of these, too: cast it to get at operations that may still change.
 *
 * @experimental
 */
export interface ContextInternal extends Context {
  /**
   * Whether the handler is past what its journal holds. For diagnostics such as logging; a handler
   * whose operations depend on it does not survive a replay.
   *
   * @experimental
   */
  isProcessing(): boolean;

  /**
   * Resolves when this invocation is cancelled. Only for handlers with the option
   * `explicitCancellation`, for which cancellation does not reject what they await; for others it
   * never resolves.
   *
   * Until a cancellation arrives, every call returns the same promise; afterwards a new one, for
   * the next cancellation.
   *
   * @example
   * ```ts
   * const cancelled = (ctx as internal.ContextInternal).cancellation();
   * const answer = ctx.serviceClient(slow).ask();
   * const first = await RestatePromise.select({ cancelled, answer });
   * if (first.tag === "cancelled") {
   *   await ctx.run("clean up", cleanUp);
   *   throw new CancelledError();
   * }
   * ```
   *
   * @experimental
   */
  cancellation(): RestatePromise<void>;

  /**
   * Cancels the calls this handler has made and not cancelled yet, and resolves to their invocation
   * ids. Sends are not calls. Only for handlers with the option `explicitCancellation`; for others
   * it does nothing.
   *
   * @experimental
   */
  cancelPreviousCalls(): RestatePromise<InvocationId[]>;
}
