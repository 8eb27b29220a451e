/** Explicit cancellation: the handler learns of it as a signal and decides itself what to do. */
import type { InvocationId } from "../api/invocation-id.js";
import type { RestatePromise } from "../api/promise.js";
import { ALL, CombinedFuture } from "../futures/combinators.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { SingleFuture } from "../futures/single.js";
import { cancelInvocation, CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationScope } from "./invocation-scope.js";
import { voidDecoder } from "./values.js";

export class Cancellation {
  readonly #scope: InvocationScope;
  #pending: SingleFuture<void> | undefined;

  constructor(scope: InvocationScope) {
    this.#scope = scope;
  }

  /** The same future until the signal has arrived, then one for the next. */
  next(): Future<void> {
    this.#scope.enter("ctx.cancellation");
    if (this.#pending?.isCompleted !== false) {
      this.#pending = new SingleFuture<void>(this.#scope.delivery, {
        leaf: { kind: "signal", idx: CANCEL_SIGNAL },
        decoder: voidDecoder,
      });
    }
    return this.#pending;
  }

  /** Cancels every call made so far and tells which ones; each call is cancelled once. */
  cancelPreviousCalls(): RestatePromise<InvocationId[]> {
    this.#scope.enter("ctx.cancelPreviousCalls");
    if (!this.#scope.settings.explicitCancellation)
      return new ConstantFuture<InvocationId[]>({ ok: true, value: [] });
    const calls = this.#scope.delivery.calls.take();
    return new CombinedFuture(ALL, calls, calls[0]?.runtime).map((ids = [], failure) => {
      if (failure) throw failure;
      for (const id of ids as InvocationId[]) cancelInvocation(this.#scope.machine, id);
      return ids as InvocationId[];
    });
  }
}
