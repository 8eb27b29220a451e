/** The public `RestatePromise` value: combinators over futures of one context. */
import type {
  RestatePromise as RestatePromiseType,
  RestatePromiseConstructor,
  RestatePromises,
} from "../api/promise.js";
import type { TerminalError } from "../errors/terminal-error.js";
import { isThenable } from "../util/thenable.js";
import {
  ALL,
  ALL_SETTLED,
  ANY,
  CombinedFuture,
  RACE,
  selectRule,
  type CombinatorRule,
} from "./combinators.js";
import { CompletionStream } from "./completion-stream.js";
import { ConstantFuture, FollowingFuture } from "./constant.js";
import { bindDerivedFutures } from "./derived.js";
import { FUTURE_BRAND, type Future, type FutureRuntime } from "./future.js";

type AnyFuture = Future<unknown>;

bindDerivedFutures();

export type RestatePromise<T> = RestatePromiseType<T>;

export const RestatePromise: RestatePromiseConstructor = {
  resolve: (value: unknown) => {
    if (isFuture(value)) return value;
    if (isThenable(value)) return new FollowingFuture(value);
    return new ConstantFuture({ ok: true, value });
  },
  reject: (reason: TerminalError) => new ConstantFuture({ ok: false, reason }),
  all: (values: readonly unknown[]) => combine("all", ALL, values),
  race: (values: readonly unknown[]) => combine("race", RACE, values),
  any: (values: readonly unknown[]) => combine("any", ANY, values),
  allSettled: (values: readonly unknown[]) => combine("allSettled", ALL_SETTLED, values),
  select: (branches: RestatePromises) => {
    const tags = Object.keys(branches);
    return combine("select", selectRule(tags), Object.values(branches));
  },
  asCompleted: (promises: Iterable<unknown> | RestatePromises) => {
    const byName = !(Symbol.iterator in promises);
    const values: readonly unknown[] = byName ? Object.values(promises) : [...promises];
    const tags = byName ? Object.keys(promises) : values.map((_, index) => index);
    const { futures, runtime } = toFutures("asCompleted", values);
    return new CompletionStream(futures, tags, runtime);
  },
  // The signatures relate inputs to outputs by conditional types, which no implementation can follow.
} as unknown as RestatePromiseConstructor;

/**
 * Tells a promise of the SDK from any other one, for example to choose an overload at run time. Holds across copies of
 * this package.
 */
export function isRestatePromise<T>(p: Promise<T>): p is RestatePromise<T> {
  return isFuture(p);
}

function isFuture(value: unknown): value is AnyFuture {
  return typeof value === "object" && value !== null && FUTURE_BRAND in value;
}

function combine<T>(name: string, rule: CombinatorRule<T>, values: readonly unknown[]): Future<T> {
  const { futures, runtime } = toFutures(name, values);
  return new CombinedFuture(rule, futures, runtime);
}

function toFutures(
  name: string,
  values: readonly unknown[],
): { futures: readonly AnyFuture[]; runtime: FutureRuntime | undefined } {
  let runtime: FutureRuntime | undefined;
  const futures = values.map((value, index) => {
    if (!isFuture(value)) throw notAFuture(name, index);
    if (value.runtime && runtime && value.runtime !== runtime) {
      throw new TypeError(
        `RestatePromise.${name} got promises of different contexts (the one at index ${String(index)} belongs to another invocation). ` +
          "Combine promises of one handler execution only.",
      );
    }
    runtime ??= value.runtime;
    return value;
  });
  return { futures, runtime };
}

function notAFuture(name: string, index: number): TypeError {
  return new TypeError(
    `RestatePromise.${name} got something at index ${String(index)} that is not a RestatePromise. ` +
      "Pass promises that come from the context (for a workflow promise, its get()); " +
      "values and other promises can be wrapped with RestatePromise.resolve.",
  );
}
