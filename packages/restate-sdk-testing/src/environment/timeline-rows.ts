/** An invocation's life as rows: what every drawing of a timeline shows, in order. */
import { isCommand } from "../codec.js";
import type { AttemptEnd } from "../runtime/attempt-end.js";
import type { Invocation } from "../runtime/invocation.js";
import type { World } from "../runtime/world.js";
import { describeWaits } from "./describe-waits.js";
import { viewJournal, type EntryView } from "./journal-view.js";

export type TimelineRow = { readonly at: number } & (
  | { readonly kind: "entry"; readonly attempt: number; readonly entry: EntryView }
  | { readonly kind: "attempt"; readonly attempt: number; readonly replayed: number }
  | { readonly kind: "end"; readonly attempt: number; readonly end: AttemptEnd }
  /** Nothing runs for that long. */
  | { readonly kind: "gap"; readonly millis: number }
  | { readonly kind: "wait"; readonly text: string }
);

/** From the row of a command to that of its result; to the end if there is none yet. */
export interface TimelineSpan {
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly isOpen: boolean;
}

export interface TimelineRows {
  readonly title: string;
  readonly status: string;
  readonly startedAt: number;
  readonly rows: readonly TimelineRow[];
  readonly spans: readonly TimelineSpan[];
}

export function timelineRows(world: World, invocation: Invocation): TimelineRows {
  const { id, targetName, status, context, attempts } = invocation;
  const entries = viewJournal(invocation.journal);
  const rows: TimelineRow[] = [];
  const add = (row: TimelineRow) => {
    const last = rows.at(-1);
    if (last !== undefined && row.at > last.at) {
      rows.push({ kind: "gap", at: last.at, millis: row.at - last.at });
    }
    rows.push(row);
  };
  const addEntries = (attempt: number, isWanted: (entry: EntryView) => boolean) => {
    for (const entry of entries) {
      if (entry.attempt === attempt && isWanted(entry)) {
        add({ kind: "entry", at: entry.at, attempt, entry });
      }
    }
  };
  addEntries(0, () => true);
  for (const { number, startedAt, replayedEntries, endedAt = Infinity, end } of attempts) {
    add({ kind: "attempt", at: startedAt, attempt: number, replayed: replayedEntries });
    addEntries(number, ({ at }) => at <= endedAt);
    if (end !== undefined) add({ kind: "end", at: endedAt, attempt: number, end });
    // What came while no attempt ran.
    addEntries(number, ({ at }) => at > endedAt);
  }
  for (const text of describeWaits(world, invocation)) {
    rows.push({ kind: "wait", at: rows.at(-1)?.at ?? context.now, text });
  }
  const title = `${targetName} (${id})`;
  const spans = spansOf(invocation, rows);
  return { title, status: status.kind, startedAt: context.now, rows, spans };
}

/** The attempts that the rows belong to, in between what the server does. */
function spansOf({ journal }: Invocation, rows: readonly TimelineRow[]): TimelineSpan[] {
  const rowOf = new Map<number, number>();
  rows.forEach((row, index) => {
    if (row.kind === "entry") rowOf.set(row.entry.index, index);
  });
  const resultRows = new Map<number, number>();
  for (const { index, message } of journal.entries) {
    if (isCommand(message) || message.id.kind !== "completion") continue;
    resultRows.set(message.id.id, rowOf.get(index) ?? 0);
  }
  return journal.entries.flatMap(({ index, message }) => {
    if (!isCommand(message) || !("resultCompletionId" in message)) return [];
    const to = resultRows.get(message.resultCompletionId);
    return [
      {
        from: rowOf.get(index) ?? 0,
        to: to ?? rows.length - 1,
        type: message.type.replace(/Command$/, ""),
        isOpen: to === undefined,
      },
    ];
  });
}
