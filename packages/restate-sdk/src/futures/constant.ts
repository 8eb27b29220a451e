/** Futures that no notification settles: given values, promises from elsewhere, and ones that never settle. */
import type { AwaitTree } from "./await-tree.js";
import { Future, type Settlement } from "./future.js";

export class ConstantFuture<T> extends Future<T> {
  private outcome: Settlement<T> | undefined;

  private constructor() {
    super(undefined);
  }

  static fulfilled<T>(value: T): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    future.become({ ok: true, value });
    return future;
  }

  static rejected<T>(reason: unknown): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    future.become({ ok: false, reason });
    return future;
  }

  /** Settles when the promise does. */
  static following<T>(promise: PromiseLike<T>): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    promise.then(
      (value) => {
        future.become({ ok: true, value });
      },
      (reason: unknown) => {
        future.become({ ok: false, reason });
      },
    );
    return future;
  }

  static pending<T>(): ConstantFuture<T> {
    return new ConstantFuture<T>();
  }

  override settlement(): Settlement<T> {
    if (this.outcome === undefined) throw new Error("Not settled yet");
    return this.outcome;
  }

  /** The server has nothing to deliver for it. */
  override awaitTree(): AwaitTree | undefined {
    return undefined;
  }

  private become(outcome: Settlement<T>): void {
    this.outcome = outcome;
    this.settle(outcome.ok ? "fulfilled" : "rejected", 0);
  }
}
