/** How handlers of services use lock and semaphore: they wait, so that the objects do not have to. */
import * as restate from "@restatedev/restate-sdk";
import { lock } from "./lock.js";
import { semaphore } from "./semaphore.js";

export interface Waiting {
  readonly lease: restate.Duration;
  /** When to give up waiting, with a TimeoutError. */
  readonly patience: restate.Duration;
}

/**
 * Does something while nobody else does who uses the same lock. Whoever works longer than the lease has lost the lock
 * without noticing: what is to be protected has to be told the token, and to refuse one that is smaller than another.
 */
export async function withLock<T>(
  ctx: restate.Context,
  name: string,
  { lease, patience, work }: Waiting & { readonly work: (token: number) => Promise<T> },
): Promise<T> {
  const { id, promise } = ctx.awakeable<number>();
  const messages = ctx.objectSendClient(lock, name);
  messages.acquire({ waiter: id, lease });
  const token = await orElse(promise.orTimeout(patience), () => messages.leave(id));
  const result = await orElse(work(token), () => messages.release(token));
  messages.release(token);
  return result;
}

/** Does something while not too many others do who use the same semaphore. */
export async function withPermit<T>(
  ctx: restate.Context,
  name: string,
  { lease, patience, work }: Waiting & { readonly work: () => Promise<T> },
): Promise<T> {
  const { id, promise } = ctx.awakeable<undefined>();
  const messages = ctx.objectSendClient(semaphore, name);
  messages.acquire({ waiter: id, lease });
  const leave = () => messages.release(id);
  await orElse(promise.orTimeout(patience), leave);
  const result = await orElse(work(), leave);
  leave();
  return result;
}

/**
 * Undoes something if a promise fails for good. This is no `finally`: other errors than a TerminalError end the attempt, not
 * the work, and the next attempt needs what it had.
 */
async function orElse<T>(promise: Promise<T>, undo: () => unknown): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof restate.TerminalError) undo();
    throw error;
  }
}
