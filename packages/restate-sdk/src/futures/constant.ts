/** Futures that no notification settles: given values, promises from elsewhere, and ones that never settle. */
import type { AwaitTree } from "./await-tree.js";
import { Future } from "./future.js";

export class ConstantFuture<T> extends Future<T> {
  private constructor() {
    super(undefined);
  }

  static fulfilled<T>(value: T): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    future.settle({ ok: true, value });
    return future;
  }

  static rejected<T>(reason: unknown): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    future.settle({ ok: false, reason });
    return future;
  }

  /** Settles when the promise does. */
  static following<T>(promise: PromiseLike<T>): ConstantFuture<T> {
    const future = new ConstantFuture<T>();
    promise.then(
      (value) => {
        future.settle({ ok: true, value });
      },
      (reason: unknown) => {
        future.settle({ ok: false, reason });
      },
    );
    return future;
  }

  static pending<T>(): ConstantFuture<T> {
    return new ConstantFuture<T>();
  }

  /** The server has nothing to deliver for it. */
  override awaitTree(): AwaitTree | undefined {
    return undefined;
  }
}
