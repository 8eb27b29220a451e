/** The context of every handler: the operations whose results Restate records. */
import type { Duration, RestateContext, Serde } from "@restatedev/restate-sdk-core";
import type { TerminalError } from "../errors/terminal-error.js";
import type { GenericCall, GenericSend } from "./calls.js";
import type { ContextClients, ScopedContext } from "./clients.js";
import type { InvocationId } from "./invocation-id.js";
import type { InvocationHandle, InvocationPromise, RestatePromise } from "./promise.js";
import type { Request } from "./request.js";
import type { AbortableRunAction, RunActionWithOwnOptions, RunOptions } from "./run.js";
import type { InvocationReference } from "./signals.js";

/**
 * The first parameter of every handler.
 *
 * Each operation is written to the invocation's journal, in the order in which the handler starts
 * them, together with its result. When the invocation resumes on another attempt, the handler runs
 * again from its beginning and is given the recorded results. It therefore has to start the same
 * operations in the same order every time: whatever may differ from one attempt to the next (time,
 * random numbers, I/O) belongs inside {@link run}. A handler that takes another path fails with a
 * journal mismatch (code 570).
 *
 * Operations throw or reject with a `TerminalError` only. Any other problem, such as a value that
 * does not serialise, fails the attempt, which Restate retries: the operation's promise then stays
 * pending and no `catch` sees it.
 *
 * The context must not be used inside a {@link run} action, nor after the handler has returned.
 */
export interface Context extends RestateContext, ContextClients {
  /** Random values that are the same on every attempt. */
  rand: Rand;

  /**
   * A console whose lines carry the invocation's target and id, and are not repeated on replay.
   * Goes to the endpoint's logger.
   */
  console: Console;

  /** The time, journaled. */
  date: ContextDate;

  /**
   * Runs an action and journals its result: on replay the result is returned, and the action does
   * not run again.
   *
   * The action may run more than once, namely when the process dies between its end and the moment
   * its result is journaled. So it should be idempotent, or harmless to repeat.
   *
   * - A `TerminalError` thrown by the action is journaled as well, and rejects the returned
   *   promise.
   * - Any other error makes Restate retry, without a limit unless the options set one. It does
   *   *not* reject the returned promise: the attempt ends, and `catch` around the call is not
   *   reached. To handle a failure in the handler, limit the retries, or throw a `TerminalError`,
   *   or catch it inside the action.
   * - A `RetryableError` chooses the delay before the retry, a `PauseError` pauses the invocation.
   *
   * @param action the code to run; asynchronous or not. It gets a signal that is aborted when its
   * result is no longer of use. It must not use the context.
   *
   * @example
   * ```ts
   * const charge = await ctx.run("charge", () => payments.charge(orderId, amount));
   *
   * const page = await ctx.run(
   *   "download",
   *   async ({ signal }) => (await fetch(url, { signal })).text(),
   *   { maxRetryAttempts: 5, initialRetryInterval: { seconds: 1 } },
   * );
   * ```
   */
  run<T>(action: AbortableRunAction<T>): RestatePromise<T>;
  /** The same for functions that have options of their own, all of them optional. */
  run<T>(action: RunActionWithOwnOptions<T>): RestatePromise<Awaited<T>>;
  /**
   * Runs a named action, with options; for what a run does, see above.
   *
   * @param name shown in the UI and in logs. Compared on replay, so it has to be deterministic.
   */
  run<T>(name: string, action: AbortableRunAction<T>, options?: RunOptions<T>): RestatePromise<T>;
  /** The same for functions that have options of their own, all of them optional. */
  run<T>(
    name: string,
    action: RunActionWithOwnOptions<T>,
    options?: RunOptions<Awaited<T>>,
  ): RestatePromise<Awaited<T>>;

  /**
   * Waits, for seconds or months. The timer is durable, and a handler that waits for it costs
   * nothing: it is suspended. A lower bound.
   *
   * @param duration a duration, or milliseconds. Must not be negative; otherwise the attempt fails
   * and is retried.
   * @param name shown in the UI.
   *
   * @example
   * ```ts
   * await ctx.sleep({ hours: 24 });
   * ```
   */
  sleep(duration: Duration | number, name?: string): RestatePromise<void>;

  /**
   * A promise that is settled from outside: by whoever knows its id, with `ctx.resolveAwakeable` in
   * another handler, or over HTTP at the ingress (`/restate/awakeables/{id}/resolve`).
   *
   * @param serde how the value is encoded; default: this service's serde (JSON). The sender has to
   * use the same.
   *
   * @example
   * ```ts
   * const { id, promise } = ctx.awakeable<string>();
   * await ctx.run("ask for approval", () => mail.send(approver, `Approve with ${id}`));
   * const decision = await promise;
   * ```
   */
  awakeable<T>(serde?: Serde<T>): { id: string; promise: RestatePromise<T> };

  /**
   * Fulfils an awakeable. Returns at once. Journaled. Without a payload the receiver gets `null`
   * (with JSON).
   */
  resolveAwakeable<T>(id: string, payload?: T, serde?: Serde<T>): void;

  /**
   * Rejects an awakeable: its promise rejects with a `TerminalError`, with code 500 if `reason` is
   * a string. Returns at once. Journaled.
   */
  rejectAwakeable(id: string, reason: string | TerminalError): void;

  /**
   * Waits for a named signal sent to this invocation with `ctx.invocation(id).signal(name)`. It
   * does not matter which comes first, the signal or the wait.
   *
   * @param serde how the value is encoded; default: this service's serde (JSON). The sender has to
   * use the same.
   *
   * @example
   * ```ts
   * const approved = await ctx.signal<boolean>("approved");
   * ```
   */
  signal<T>(name: string, serde?: Serde<T>): RestatePromise<T>;

  /**
   * Another invocation, to send it a signal, cancel it, or wait for its result. Nothing is
   * journaled yet.
   *
   * @example
   * ```ts
   * ctx.invocation(id).signal<boolean>("approved").resolve(true);
   * ```
   */
  invocation(invocationId: InvocationId): InvocationReference;

  /**
   * Clients whose requests go to a scope. The scope is part of the identity of what they reach: the
   * same virtual object key, workflow key or idempotency key in another scope, or in none, is
   * another one. What shares a scope shares the concurrency limits set for it (see `limitKey` of
   * {@link ClientCallOptions}).
   *
   * Needs a server 1.7 or newer with flow control enabled
   * (`RESTATE_EXPERIMENTAL_ENABLE_PROTOCOL_V7` and `RESTATE_EXPERIMENTAL_ENABLE_VQUEUES`, on a new
   * cluster); otherwise the attempt fails and is retried.
   *
   * @param scopeKey 1 to 36 characters from `a-z A-Z 0-9 _ . -`.
   *
   * @example
   * ```ts
   * const importer = ctx.scope(tenant).serviceClient(importService);
   * await importer.start(file, rpc.opts({ limitKey: `${tenant}/imports` }));
   * ```
   *
   * @experimental
   */
  scope(scopeKey: string): ScopedContext;

  /**
   * Calls a handler known by name only. Without serdes, `parameter` and the result are bytes.
   *
   * @example
   * ```ts
   * const reply = await ctx.genericCall({
   *   service: "greeter",
   *   method: "greet",
   *   parameter: "Ada",
   *   inputSerde: serde.json,
   *   outputSerde: serde.json,
   * });
   * ```
   */
  genericCall<REQ = Uint8Array, RES = Uint8Array>(
    call: GenericCall<REQ, RES>,
  ): InvocationPromise<RES>;

  /** Sends a message to a handler known by name only. See {@link genericCall}. */
  genericSend<REQ = Uint8Array>(call: GenericSend<REQ>): InvocationHandle;

  /**
   * The request that started this invocation: id, target, headers, raw body. Nothing is journaled.
   */
  request(): Request;

  /** @deprecated Use `ctx.invocation(invocationId).cancel()`. */
  cancel(invocationId: InvocationId): void;

  /** @deprecated Use `ctx.invocation(invocationId).attach(serde)`. */
  attach<T>(invocationId: InvocationId, serde?: Serde<T>): RestatePromise<T>;
}

/**
 * Random values that are the same on every attempt, so they need no journal entry. They follow from
 * the invocation: good for ids and sampling, not for secrets.
 *
 * Must not be used inside a `ctx.run` action, where `Math.random` and `crypto` do.
 */
export interface Rand {
  /** A number from 0 up to, but not including, 1. */
  random(): number;
  /** A version 4 UUID. */
  uuidv4(): string;
}

/** The time at which an operation first ran. Each call is journaled like a `ctx.run`. */
export interface ContextDate {
  /** Milliseconds since 1970-01-01T00:00:00Z, as `Date.now()`. */
  now(): Promise<number>;
  /** The time in ISO 8601, as `new Date().toJSON()`. */
  toJSON(): Promise<string>;
}
