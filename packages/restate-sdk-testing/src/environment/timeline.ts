/** An invocation's life as text: attempts, and what each of them added to the journal. */
import type { AttemptEnd } from "../runtime/attempt-end.js";
import type { Invocation } from "../runtime/invocation.js";
import type { World } from "../runtime/world.js";
import { describeWaits } from "./describe-waits.js";
import { viewJournal, type EntryView, type ViewedResult } from "./journal-view.js";

export function renderTimeline(world: World, invocation: Invocation): string {
  const { id, targetName, attempts, journal, status, context } = invocation;
  const start = context.now;
  const lines = [`${targetName} (${id}) ${status.kind}`];
  const entries = viewJournal(journal);
  const entriesOf = (number: number) =>
    entries
      .filter(({ attempt }) => attempt === number)
      .map((entry) => `  ${renderEntry(entry, start)}`);
  lines.push(...entriesOf(0));
  const shown = attempts.map(({ number, startedAt, replayedEntries, end }) => {
    const replaying = `replaying ${replayedEntries} ${plural(replayedEntries, "entry", "entries")}`;
    const what = [replaying, ...entriesOf(number)];
    if (end !== undefined) what.push(`${MARGIN}└ ${describeEnd(end)}`);
    return { when: `  ${offset(startedAt, start)} attempt ${number}`, what: what.join("\n") };
  });
  lines.push(...streaksOf(shown).flatMap(renderStreak));
  for (const wait of describeWaits(world, invocation)) lines.push(`  waits for ${wait}`);
  return lines.join("\n");
}

interface ShownAttempt {
  readonly when: string;
  readonly what: string;
}

const MARGIN = " ".repeat(13);
/** Of more attempts in a row that are all the same, only the first and the last one are shown. */
const MOST_ALIKE = 4;

function streaksOf(attempts: readonly ShownAttempt[]): ShownAttempt[][] {
  const streaks: ShownAttempt[][] = [];
  for (const attempt of attempts) {
    const last = streaks.at(-1);
    if (last?.[0]?.what === attempt.what) last.push(attempt);
    else streaks.push([attempt]);
  }
  return streaks;
}

function renderStreak(streak: readonly ShownAttempt[]): string[] {
  const lines = streak.map(({ when, what }) => `${when}, ${what}`);
  if (lines.length <= MOST_ALIKE) return lines;
  const omitted = `${MARGIN}… ${lines.length - 2} more like that`;
  return [lines[0] ?? "", omitted, lines.at(-1) ?? ""];
}

/** For example `Run "charge" → {"ok":true}`. */
export function describeEntry(entry: EntryView): string {
  const name = entry.name === "" ? "" : ` "${entry.name}"`;
  if (entry.kind === "notification") return `◂ ${entry.type}${name}${describeResult(entry.result)}`;
  const target = entry.target === undefined ? "" : ` ${entry.target}`;
  const value =
    entry.value === undefined
      ? ""
      : entry.type === "Sleep"
        ? ` until ${new Date(entry.value as number).toISOString()}`
        : ` ${show(entry.value)}`;
  const result = entry.type === "Output" && entry.result ? describeResult(entry.result) : "";
  return `${entry.type}${name}${target}${value}${result}`;
}

function renderEntry(entry: EntryView, start: number): string {
  return `${offset(entry.at, start)} ${String(entry.index).padStart(4)} ${describeEntry(entry)}`;
}

function describeResult(result: ViewedResult): string {
  switch (result.kind) {
    case "void":
      return "";
    case "value":
      return ` → ${show(result.value)}`;
    case "failure":
      return ` ✗ [${result.code}] ${result.message}`;
  }
}

export function describeEnd(end: AttemptEnd): string {
  switch (end.kind) {
    case "completed":
      return "completed";
    case "suspended":
      return "suspended";
    case "failed":
      return `failed: [${end.failure.code}] ${end.failure.message}`;
    case "cut":
      return `cut: ${end.why}`;
  }
}

const SHOWN_CHARS = 80;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** Time since the invocation was submitted. */
function offset(at: number, start: number): string {
  return `+${duration(at - start)}`.padStart(10);
}

/** For example `1.5d`, `3min`, `20ms`. */
export function duration(millis: number): string {
  if (millis >= 86_400_000) return `${trim(millis / 86_400_000)}d`;
  if (millis >= 3_600_000) return `${trim(millis / 3_600_000)}h`;
  if (millis >= 60_000) return `${trim(millis / 60_000)}min`;
  if (millis >= 1_000) return `${trim(millis / 1_000)}s`;
  return `${millis}ms`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(2)));
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
