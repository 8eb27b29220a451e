/** A recorded journal as bytes and messages, checked before anything is replayed. */
import { decodeMessage, isCommand, type CommandMessage } from "../codec.js";
import { fromBase64 } from "./base64.js";
import type { RecordedEntry, RecordedJournal } from "./journal-format.js";
import { rawInvocationId } from "../runtime/ids.js";
import { ReplayError, reasonOf } from "./replay-error.js";

export interface DecodedJournal extends Omit<RecordedJournal, "entries"> {
  readonly rawId: Uint8Array;
  readonly entries: readonly DecodedEntry[];
  readonly commands: readonly CommandMessage[];
  /** Milliseconds since the Unix epoch. */
  readonly lastEntryAt: number;
}

export interface DecodedEntry {
  readonly type: RecordedEntry["type"];
  readonly payload: Uint8Array;
}

/** @throws ReplayError for a journal that is damaged or has no input */
export function decodeJournal(journal: RecordedJournal): DecodedJournal {
  const { invocationId, entries, createdAt } = journal;
  const rawId = rawInvocationId(invocationId);
  if (rawId === undefined) throw new ReplayError(`"${invocationId}" is no invocation id`);
  if (entries[0]?.type !== "InputCommand") {
    throw new ReplayError(
      `The journal begins with ${entries[0]?.type ?? "nothing"}, and not with the input`,
    );
  }
  const decoded: DecodedEntry[] = [];
  const commands: CommandMessage[] = [];
  for (const [index, { type, payload: text }] of entries.entries()) {
    try {
      const payload = fromBase64(text);
      if (payload === undefined) throw new Error("it is no base64");
      const message = decodeMessage(type, payload);
      if (isCommand(message)) commands.push(message);
      decoded.push({ type, payload });
    } catch (error) {
      throw new ReplayError(
        `Entry ${index} of the journal (${type}) is damaged: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  }
  const lastEntryAt = Date.parse(entries.at(-1)?.at ?? createdAt);
  return { ...journal, rawId, entries: decoded, commands, lastEntryAt };
}
