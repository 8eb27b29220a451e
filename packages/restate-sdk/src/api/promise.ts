/** Promises of durable operations, and how to combine them. */
import type { Duration } from "@restatedev/restate-sdk-core";
import type { TerminalError } from "../errors/terminal-error.js";
import type { InvocationId } from "./invocation-id.js";

/**
 * The result of a durable operation. It may be awaited any number of times, now or later, and be
 * combined with the functions of {@link RestatePromiseConstructor | RestatePromise} or with those
 * of the native `Promise`: both settle in the order of the journal, on the first run as on every
 * replay.
 *
 * Apart from `RestatePromise.any`, it rejects with a `TerminalError` only. When the attempt ends
 * before the operation is complete, because the invocation suspends or another operation fails, the
 * promise stays pending and the handler is abandoned.
 *
 * The value `RestatePromise` has the static functions; `isRestatePromise` recognises one at run
 * time.
 */
export type RestatePromise<T> = Promise<T> & RestatePromiseMethods<T>;

/**
 * What a {@link RestatePromise} has beyond a native promise. It has a name of its own so that the
 * declarations of packages that return such promises can refer to it.
 */
export interface RestatePromiseMethods<T> {
  /**
   * The same result, or a rejection with a `TimeoutError` (code 408) if it takes longer. The
   * operation itself goes on.
   *
   * Starts a durable timer at once, which is journaled like `ctx.sleep`.
   *
   * @param millis a duration, or milliseconds. A lower bound.
   *
   * @example
   * ```ts
   * const answer = await ctx.serviceClient(advisor).ask(question).orTimeout({ minutes: 5 });
   * ```
   */
  orTimeout(millis: Duration | number): RestatePromise<T>;

  /**
   * The result of this promise as seen through `mapper`. Nothing is journaled, so the mapper has to
   * be deterministic: it runs again on replay. It runs at most once in an attempt, and only if the
   * returned promise is awaited or combined with others, and the result asked for.
   *
   * @param mapper gets the value or the failure, whichever there is, and returns the new value. It
   * may throw a `TerminalError` to reject the returned promise; any other error fails the attempt,
   * which is then retried.
   *
   * @example
   * ```ts
   * const quote = ctx.serviceClient(shop).quote(item);
   * const price = quote.map((value, failure) => (failure ? undefined : value?.price));
   * ```
   */
  map<U>(mapper: (value?: T, failure?: TerminalError) => U): RestatePromise<U>;
}

/** What is known of a call or a one-way send as soon as Restate has accepted it. */
export type InvocationHandle = {
  /** The id of the started invocation. Awaiting it does not wait for that invocation's result. */
  readonly invocationId: Promise<InvocationId>;
};

/** The result of a call, with the id of the invocation that will produce it. */
export type InvocationPromise<T> = RestatePromise<T> & InvocationHandle;

/** Promises by name: the branches of {@link RestatePromiseConstructor.select}. */
export type RestatePromises = Readonly<Record<string, RestatePromise<unknown>>>;

/** The branch that settled first, by its name, and its value. Narrow it on `tag`. */
export type Selected<T extends RestatePromises> = {
  [K in keyof T]: { readonly tag: K; readonly value: Awaited<T[K]> };
}[keyof T];

/**
 * One settled promise and which one it was: its name, or its position. Apart from `tag` it is the
 * entry that `Promise.allSettled` has for it.
 */
export type Completed<TTag, TValue> =
  | { readonly tag: TTag; readonly status: "fulfilled"; readonly value: TValue }
  | { readonly tag: TTag; readonly status: "rejected"; readonly reason: TerminalError };

/**
 * The static functions of `RestatePromise`. Those named like one of the native `Promise` do the
 * same as that one.
 *
 * All promises passed to one call must come from the same context. What a combinator yields is the
 * same on every replay. Where "first" is said, promises that have been awaited before are first, then
 * those that are complete by the time the combinator is awaited, in the order in which they are
 * passed, then the others, as they complete. Among those that are complete by then, timers come
 * before results of calls and runs, these before signals and awakeables, and mapped or combined
 * promises after the ones they are made of.
 */
export interface RestatePromiseConstructor {
  /** A promise already fulfilled with `value`. A `RestatePromise` is returned as it is. */
  resolve<T>(value: T): RestatePromise<Awaited<T>>;

  /** A promise already rejected with `reason`. */
  reject<T = never>(reason: TerminalError): RestatePromise<T>;

  /** All values, in the order of `values`; rejects as soon as one of them does. */
  all<const T extends readonly RestatePromise<unknown>[]>(
    values: T,
  ): RestatePromise<{ -readonly [P in keyof T]: Awaited<T[P]> }>;

  /** Settles like the first of `values` to settle. Stays pending if there are none. */
  race<const T extends readonly RestatePromise<unknown>[]>(
    values: T,
  ): RestatePromise<Awaited<T[number]>>;

  /**
   * The value of the first to be fulfilled; rejects with an `AggregateError` when all of them have
   * been rejected, which is at once if there are none.
   */
  any<const T extends readonly RestatePromise<unknown>[]>(
    values: T,
  ): RestatePromise<Awaited<T[number]>>;

  /** How each of `values` settled, in their order. Never rejects. */
  allSettled<const T extends readonly RestatePromise<unknown>[]>(
    values: T,
  ): RestatePromise<{ -readonly [P in keyof T]: PromiseSettledResult<Awaited<T[P]>> }>;

  /**
   * Like {@link race}, but says which branch won. If the first branch to settle is rejected, so is
   * the returned promise; to handle that by branch, turn the failure into a value with `map`.
   * Losers go on and may be awaited later. Stays pending if there are no branches.
   *
   * @example
   * ```ts
   * const first = await RestatePromise.select({
   *   approval: ctx.promise<string>("approval").get(),
   *   deadline: ctx.sleep({ days: 3 }),
   * });
   * if (first.tag === "deadline") throw new TerminalError("nobody approved in time");
   * return `approved by ${first.value}`;
   * ```
   */
  select<const T extends RestatePromises>(branches: T): RestatePromise<Selected<T>>;

  /**
   * Yields the promises one by one in the order in which they settle, and ends when all of them have. A rejected promise is yielded like a fulfilled one; the iteration itself throws only if
   * the invocation is cancelled.
   *
   * The promises are taken from an iterable, and tagged with their position in it, or from an
   * object, and tagged with their key. Leaving the loop early abandons nothing: what did not settle
   * yet may be awaited later.
   *
   * @example
   * ```ts
   * const calls = cities.map((city) => ctx.serviceClient(weather).forecast(city));
   * for await (const done of RestatePromise.asCompleted(calls)) {
   *   if (done.status === "fulfilled") report.push(`${cities[done.tag]}: ${done.value}`);
   * }
   * ```
   */
  asCompleted<T extends RestatePromise<unknown>>(
    promises: Iterable<T>,
  ): AsyncIterable<Completed<number, Awaited<T>>>;
  asCompleted<const T extends RestatePromises>(
    promises: T,
  ): AsyncIterable<{ [K in keyof T]: Completed<K, Awaited<T[K]>> }[keyof T]>;
}

/**
 * A promise of a workflow, by name. It lives with the workflow's state: whichever handler settles
 * it, all others see it, and it can be settled only once.
 *
 * Awaiting it waits for it to be settled. Every operation on it is journaled.
 */
export type DurablePromise<T> = Promise<T> & {
  /**
   * The value if it is fulfilled, `undefined` if it is still pending; rejects if it was rejected.
   * Does not wait.
   */
  peek(): Promise<T | undefined>;
  /** Fulfils it. Rejects with a `TerminalError` (code 409) if it has been settled before. */
  resolve(value?: T): Promise<void>;
  /**
   * Rejects it: whoever awaits it gets a `TerminalError` with this message and code 500. Rejects
   * with a `TerminalError` (code 409) if it has been settled before.
   */
  reject(errorMsg: string): Promise<void>;
  /** A promise for the value that can be combined with others. */
  get(): RestatePromise<T>;
};
