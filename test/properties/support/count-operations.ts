/** Counts what the delivery and its futures do, so that growth can be tested without a clock. */
import { CombinedFuture } from "../../../packages/restate-sdk/src/futures/combinators.js";
import { CompletionStream } from "../../../packages/restate-sdk/src/futures/completion-stream.js";
import { CancellableCalls } from "../../../packages/restate-sdk/src/futures/cancellable-calls.js";
import { Delivery } from "../../../packages/restate-sdk/src/futures/delivery.js";
import { Future } from "../../../packages/restate-sdk/src/futures/future.js";
import { Mailbox } from "../../../packages/restate-sdk/src/futures/mailbox.js";
import { MappedFuture } from "../../../packages/restate-sdk/src/futures/mapped.js";
import { Recipients } from "../../../packages/restate-sdk/src/futures/recipients.js";
import { SingleFuture } from "../../../packages/restate-sdk/src/futures/single.js";

const COUNTED: readonly { readonly prototype: object }[] = [
  CancellableCalls,
  CombinedFuture,
  CompletionStream,
  Delivery,
  Future,
  Mailbox,
  MappedFuture,
  Recipients,
  SingleFuture,
];

/** How many calls of methods and getters the action makes, all classes of the futures layer together. */
export async function countOperations(action: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const undo: (() => void)[] = [];
  for (const { prototype } of COUNTED) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name === "constructor") continue;
      const counted = countCalls(descriptor, () => count++);
      if (counted === undefined) continue;
      Object.defineProperty(prototype, name, counted);
      undo.push(() => {
        Object.defineProperty(prototype, name, descriptor);
      });
    }
  }
  try {
    await action();
    return count;
  } finally {
    for (const each of undo) each();
  }
}

function countCalls(
  descriptor: PropertyDescriptor,
  note: () => void,
): PropertyDescriptor | undefined {
  const { value, get } = descriptor as { value?: unknown; get?: () => unknown };
  if (typeof value === "function") {
    return {
      ...descriptor,
      value(this: unknown, ...args: unknown[]): unknown {
        note();
        return Reflect.apply(value, this, args) as unknown;
      },
    };
  }
  if (get === undefined) return undefined;
  return {
    ...descriptor,
    get(this: unknown): unknown {
      note();
      return get.call(this);
    },
  };
}
