/** The methods of futures that make futures of other kinds, which the base class cannot import. */
import { millisOrDurationToMillis, type Duration } from "@restatedev/restate-sdk-core";
import { TimeoutError } from "../errors/terminal-error.js";
import { CombinedFuture, OR_TIMEOUT } from "./combinators.js";
import { ConstantFuture } from "./constant.js";
import { bindDerivations, type Future } from "./future.js";
import { MappedFuture } from "./mapped.js";

type AnyFuture = Future<unknown>;

/**
 * Called by the modules that futures come from, when they are loaded. Not by that of `RestatePromise` alone: who does
 * not use it shall not have its combinators in his bundle.
 */
export function bindDerivedFutures(): void {
  bindDerivations({
    map: (future, mapper) => new MappedFuture(future, mapper),
    orTimeout: <T>(future: Future<T>, duration: Duration | number) => {
      const { runtime } = future;
      if (!runtime) return constantOrTimeout(future, duration);
      const children = [future as AnyFuture, runtime.startTimer(duration) as AnyFuture];
      return new CombinedFuture<unknown>(OR_TIMEOUT, children, runtime) as unknown as Future<T>;
    },
  });
}

/** No invocation, no durable timer: a constant is either there already or never comes. */
function constantOrTimeout<T>(future: Future<T>, duration: Duration | number): Future<T> {
  millisOrDurationToMillis(duration);
  return future.outcome ? future : new ConstantFuture({ ok: false, reason: new TimeoutError() });
}
