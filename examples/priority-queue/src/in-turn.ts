/** How a handler lines up in a priority queue: it waits itself, so that the queue never does. */
import * as restate from "@restatedev/restate-sdk";
import { priorityQueue, type Entry } from "./priority-queue.js";

export async function inTurn<T>(
  ctx: restate.Context,
  queue: string,
  { work, ...job }: Omit<Entry, "waiter"> & { readonly work: () => Promise<T> },
): Promise<T> {
  const { id, promise } = ctx.awakeable<undefined>();
  const messages = ctx.objectSendClient(priorityQueue, queue);
  messages.push({ ...job, waiter: id });
  try {
    await promise;
    const result = await work();
    messages.done(id);
    return result;
  } catch (error) {
    // It failed for good, or was cancelled, perhaps while it waited. Anything else is tried again, in the same place: so
    // this is no `finally`.
    if (error instanceof restate.TerminalError) messages.done(id);
    throw error;
  }
}
