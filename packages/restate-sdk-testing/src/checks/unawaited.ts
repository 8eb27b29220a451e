/** Check: what a handler began it has awaited, or deliberately left alone. */
import type { CommandMessage } from "../codec.js";
import { awaitedKeys } from "../runtime/await-point.js";
import type { Invocation } from "../runtime/invocation.js";

/**
 * Calls and sleeps that are open although the handler has ended, and that it never waited for. Attempts tell what they
 * wait for when they suspend, so this knows only of invocations that suspend at every wait.
 */
export function findUnawaited({ journal, attempts }: Invocation): string[] {
  const awaited = new Set(
    attempts.flatMap(({ end }) => (end?.kind === "suspended" ? awaitedKeys(end.awaiting) : [])),
  );
  return journal.entries.flatMap(({ message }) => {
    if (message.type !== "CallCommand" && message.type !== "SleepCommand") return [];
    const ids = idsOf(message);
    const isKnown = ids.some((id) => awaited.has(`c${id}`));
    return isKnown || journal.has(`c${message.resultCompletionId}`) ? [] : [describe(message)];
  });
}

type Awaitable = CommandMessage & { type: "CallCommand" | "SleepCommand" };

/** Who awaits the invocation id of a call knows what he does. */
function idsOf(message: Awaitable): number[] {
  return message.type === "CallCommand"
    ? [message.resultCompletionId, message.invocationIdCompletionId]
    : [message.resultCompletionId];
}

function describe(message: Awaitable): string {
  if (message.type === "CallCommand") {
    return `its call of ${message.serviceName}/${message.handlerName} (to not wait for the result, use a send client)`;
  }
  return message.name === "" ? "a sleep" : `the sleep "${message.name}"`;
}
