/** Writes down what happens: journal entries and states of invocations, each with its place in the history. */
import type { CommandMessage, NotificationMessage } from "../codec.js";
import type { Invocation, InvocationStatus } from "./invocation.js";
import type { World } from "./world.js";

/** Stores a journal entry. */
export function storeEntry(
  world: World,
  invocation: Invocation,
  message: CommandMessage | NotificationMessage,
): void {
  const at = world.now;
  const attempt = invocation.attempts.length;
  invocation.journal.append(message, { at, attempt });
  invocation.failuresSinceLastEntry = 0;
  invocation.lastEntryAt = at;
  const entry = invocation.journal.entries.at(-1);
  if (entry === undefined) return;
  world.history.add({ at, invocationId: invocation.id, kind: "stored", attempt, entry });
}

export function setStatus(world: World, invocation: Invocation, status: InvocationStatus): void {
  if (invocation.status.kind !== status.kind) {
    const event = { kind: "status", status: status.kind } as const;
    world.history.add({ at: world.now, invocationId: invocation.id, ...event });
  }
  invocation.status = status;
}
