/** Starting an invocation again as a new one: from its input, or with a part of its journal. */
import { isCommand } from "../codec.js";
import type { Inheritance, Invocation } from "./invocation.js";
import { completionIdsOf as idsOfCommand, keyOf, type JournalEntry } from "./journal.js";

export type RestartRefusal =
  "still running" | "a workflow" | "old protocol" | "out of range" | "incomplete commands";

/** Why an invocation cannot be restarted behind this journal entry; undefined if it can. */
export function refuseRestart(
  { status, handler, journal, context, service }: Invocation,
  from: number,
): RestartRefusal | undefined {
  if (status.kind !== "completed") return "still running";
  if (handler.kind === "workflow" || service.kind === "workflow") return "a workflow";
  if (from === 0) return undefined;
  // Before, random values depended on the id.
  if (context.version < 6) return "old protocol";
  if (!Number.isInteger(from) || from < 0 || from >= journal.entries.length) return "out of range";
  const isComplete = prefix(journal.entries, from).every(({ message }) =>
    completionIdsOf(message).every((id) => journal.has(keyOf({ kind: "completion", id }))),
  );
  return isComplete ? undefined : "incomplete commands";
}

/** The entries up to this one, and the results of the commands among them, wherever those stand. */
export function inheritance(
  { journal, randomSeed }: Invocation,
  from: number,
): Inheritance | undefined {
  if (from === 0) return undefined;
  const copied = prefix(journal.entries, from);
  const missing = new Set(copied.flatMap(({ message }) => completionIdsOf(message)));
  for (const { message } of copied) {
    if (!isCommand(message) && message.id.kind === "completion") missing.delete(message.id.id);
  }
  const late = journal.entries.slice(from + 1).filter(({ message }) => {
    return !isCommand(message) && message.id.kind === "completion" && missing.has(message.id.id);
  });
  // The input comes from the request.
  return { entries: [...copied, ...late].slice(1).map(({ message }) => message), randomSeed };
}

function prefix(entries: readonly JournalEntry[], from: number): readonly JournalEntry[] {
  return entries.slice(0, from + 1);
}

function completionIdsOf(message: JournalEntry["message"]): number[] {
  return isCommand(message) ? idsOfCommand(message) : [];
}
