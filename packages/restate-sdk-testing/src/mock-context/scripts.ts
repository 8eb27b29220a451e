/** What a mocked context answers with: values, failures, and both of them later. */
import { millisOrDurationToMillis, type Duration } from "@restatedev/restate-sdk-core";
import type { ValueOrFailure } from "../codec.js";
import { JSON_SERDE, toFailure } from "../environment/test-invocation.js";
import type { Runtime } from "../runtime/runtime.js";

/** A value, an error to fail with, either of them {@link later}, or a promise of the test's own. */
export type Scripted<T = unknown> = T | Error | Later<T> | PromiseLike<T>;

/** Made by {@link later}. */
export class Later<T = unknown> {
  readonly delayMs: number;

  constructor(
    delay: Duration | number,
    readonly value: T | Error,
  ) {
    this.delayMs = millisOrDurationToMillis(delay);
  }
}

/**
 * Answers after some virtual time, counted from the beginning of the mock or, for calls, from the call.
 *
 * @example
 * ```ts
 * const ctx = await mockContext<WorkflowContext>({
 *   key: "ada",
 *   promises: { clicked: later({ days: 3 }, "link") },
 * });
 * ```
 */
export function later<T>(delay: Duration | number, value: T | Error): Later<T> {
  return new Later(delay, value);
}

/** Gives the result as soon as there is one; functions and the like have no place here. */
export function play(runtime: Runtime, script: unknown, settle: (result: Played) => void): void {
  if (isThenable(script)) {
    script.then(
      (value) => {
        settle(toResult(value));
      },
      (error: unknown) => {
        settle(toResult(toError(error)));
      },
    );
    return;
  }
  // Also what comes at once waits until the handler cannot go on by itself: then it arrives as in production, last.
  const { delayMs, value } =
    script instanceof Later ? (script as Later) : { delayMs: 0, value: script };
  const at = runtime.world.now + delayMs;
  runtime.world.timers.add({ at, label: "a scripted result" }, () => {
    settle(toResult(value));
  });
}

export type Played = ValueOrFailure;

export function toResult(value: unknown): ValueOrFailure {
  if (value instanceof Error) return { kind: "failure", failure: toFailure(value) };
  return { kind: "value", value: JSON_SERDE.serialize(value) };
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}
