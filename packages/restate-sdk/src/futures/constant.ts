/** Futures that no notification settles: given values, promises from elsewhere, and ones that never settle. */
import type { AwaitTree } from "./await-tree.js";
import { Future, type Settlement } from "./future.js";

export class ConstantFuture<T> extends Future<T> {
  /** Never settles without an outcome. */
  constructor(outcome?: Settlement<T>) {
    super(undefined);
    if (outcome) this.settle(outcome);
  }

  /** The server has nothing to deliver for it. */
  override awaitTree(): AwaitTree | undefined {
    return undefined;
  }
}

/** Settles when the promise does. */
export class FollowingFuture<T> extends ConstantFuture<T> {
  constructor(promise: PromiseLike<T>) {
    super();
    promise.then(
      (value) => {
        this.settle({ ok: true, value });
      },
      (reason: unknown) => {
        this.settle({ ok: false, reason });
      },
    );
  }
}
