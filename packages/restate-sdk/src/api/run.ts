/** What `ctx.run` takes: the action whose result is journaled, and when to retry it. */
import type { Duration, Serde } from "@restatedev/restate-sdk-core";

/** Code with side effects, for `ctx.run`. */
export type RunAction<T> = (() => Promise<T>) | (() => T);

/** What `ctx.run` hands to an action that has a parameter. */
export interface RunActionOptions {
  /**
   * Aborted when the result is no longer of use: the attempt has ended or the invocation was
   * cancelled. Pass it on to whatever can be aborted, such as `fetch`.
   */
  readonly signal: AbortSignal;
}

/** An action that can be told to stop. Every {@link RunAction} is one, too. */
export type AbortableRunAction<T> = (options: RunActionOptions) => T | PromiseLike<T>;

/**
 * Lets functions be passed by name that have options of their own, all of them optional, such as
 * `randomUUID`. Functions whose optional parameter is no object are left out on purpose: they would
 * get the {@link RunActionOptions} for it, so they have to be wrapped, as in `() => load()`.
 */
export type RunActionWithOwnOptions<T> = (options: object) => T;

/**
 * How a run encodes its result, and how it is retried. If no retry option is given, a failed run
 * fails the attempt, and the retry policy of the invocation decides; if one is, the defaults below
 * hold for the others.
 *
 * All durations are a {@link Duration} or a number of milliseconds.
 */
export type RunOptions<T> = {
  /** How the result is encoded. Default: the service's serde (JSON). */
  serde?: Serde<T>;

  /**
   * How often to try, the first time included. When the last one fails, the run rejects with a
   * `TerminalError` that carries the message of the failure. Default: no limit.
   */
  maxRetryAttempts?: number;

  /**
   * How long to go on trying, counted from the first attempt. The run then rejects as with {@link
   * maxRetryAttempts}; with both, the limit reached first counts. Default: no limit.
   */
  maxRetryDuration?: Duration | number;

  /** The delay before the first retry. Default: 50 milliseconds. */
  initialRetryInterval?: Duration | number;

  /** The longest delay between two attempts. Default: 10 seconds. */
  maxRetryInterval?: Duration | number;

  /** What each delay is multiplied with to get the next. Default: 2. */
  retryIntervalFactor?: number;
};
