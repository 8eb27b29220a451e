/** Code that runs around handlers and runs: for tracing, metrics, error reporting. */
import type { Request } from "./request.js";

/**
 * Wraps a handler, and the actions of its `ctx.run`. An interceptor calls `next()` exactly once and
 * awaits it. It cannot change a result, but it can throw another error than the one `next()`
 * rejected with.
 *
 * It is part of the attempt: a `TerminalError` it throws, before or after `next()`, fails the
 * invocation (or the run), any other error makes it be retried. When the attempt ends without a
 * result, for example because the invocation is suspended, `next()` rejects as well: clean up and
 * throw the error again. `internal.isSuspendedError` tells such an ending from a failure.
 *
 * @example
 * ```ts
 * const timing: HooksProvider = ({ request }) => ({
 *   interceptor: {
 *     handler: async (next) => {
 *       const start = performance.now();
 *       try {
 *         await next();
 *       } finally {
 *         histogram.record(performance.now() - start, { target: String(request.target) });
 *       }
 *     },
 *   },
 * });
 * ```
 */
export interface Interceptor {
  /** Wraps the handler, from before its input is deserialised. Runs on every attempt. */
  handler?: (next: () => Promise<void>) => Promise<void>;
  /**
   * Wraps the action of a `ctx.run`. Runs whenever the action runs, hence not if the journal has
   * its result.
   *
   * @param name the name of the run; empty if it has none.
   */
  run?: (name: string, next: () => Promise<void>) => Promise<void>;
}

/** What a {@link HooksProvider} installs for one attempt. */
export interface Hooks {
  interceptor?: Interceptor;
}

/** Called at the start of every attempt; what it returns holds for that attempt only. */
export type HooksProvider = (ctx: { request: Request }) => Hooks;
