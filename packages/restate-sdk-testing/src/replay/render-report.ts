/** The report as text: a table of invocations, then what would break, once for each cause. */
import type { ReplayReport, ReplayResult } from "./replay-journals.js";
import type { ReplayVerdict } from "./verdict.js";

/** For consoles and assertion messages: `expect(report.isOk, renderReplayReport(report)).toBe(true)`. */
export function renderReplayReport(report: ReplayReport): string {
  const { results, source, isTruncated } = report;
  const breaking = results.filter(({ wouldBreak }) => wouldBreak);
  const lines = [`${count(results.length, "invocation")} from ${source}`];
  if (results.length > 0) lines.push("", ...renderTable(results));
  if (isTruncated) {
    lines.push("", "There are more: the export stopped at its limit, and these were not replayed.");
  }
  for (const group of groupsOf(breaking)) lines.push("", ...renderGroup(group));
  lines.push("", verdictOf(results.length, breaking.length));
  return lines.join("\n");
}

function verdictOf(total: number, breaking: number): string {
  if (total === 0) return "Nothing to replay.";
  if (breaking === 0) return "This code breaks none of them.";
  return `This code would break ${breaking} of ${count(total, "invocation")}.`;
}

/** More are not read one by one. */
const MAX_ROWS = 100;

const HEAD = ["", "TARGET", "INVOCATION", "STATUS", "ENTRIES", "REPLAYED"];

function renderTable(results: readonly ReplayResult[]): string[] {
  // Those that break come first where not all have a place.
  const isLong = results.length > MAX_ROWS;
  const shown = isLong
    ? results.toSorted((a, b) => Number(b.wouldBreak) - Number(a.wouldBreak)).slice(0, MAX_ROWS)
    : results;
  const rows = shown.map((result) => [
    markOf(result),
    result.target,
    result.invocationId,
    result.status,
    String(result.entries),
    shorten(summaryOf(result.verdict)),
  ]);
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  if (isLong) lines.push(`… and ${results.length - MAX_ROWS} more (all of them with --json)`);
  return lines;
}

function markOf({ wouldBreak, verdict }: ReplayResult): string {
  if (wouldBreak) return "BREAKS";
  return verdict.kind === "ok" ? "ok" : "failing";
}

function summaryOf(verdict: ReplayVerdict): string {
  switch (verdict.kind) {
    case "ok":
      return summaryOfOk(verdict);
    case "mismatch":
      return verdict.commandIndex === undefined
        ? "journal mismatch"
        : `journal mismatch at command ${verdict.commandIndex}`;
    case "failure":
      return `throws: ${verdict.message}`;
    case "still-failing":
      return `as before: ${verdict.message}`;
    case "unknown-target":
      return "no such handler";
    case "stuck":
      return "never comes to rest";
    case "unreadable":
      return "cannot be replayed";
  }
}

function summaryOfOk({ then, detail }: Extract<ReplayVerdict, { kind: "ok" }>): string {
  switch (then) {
    case "waits":
      return `waits for ${detail}`;
    case "continues":
      return `goes on with ${detail}`;
    case "returns":
      return "returns";
    case "fails":
      return `fails for good with ${detail}`;
  }
}

/** Invocations of one handler that break in the same way. */
interface Group {
  readonly first: ReplayResult;
  readonly message: string;
  readonly ids: readonly string[];
}

function groupsOf(results: readonly ReplayResult[]): Group[] {
  const groups = new Map<string, { first: ReplayResult; message: string; ids: string[] }>();
  for (const result of results) {
    const message = messageOf(result.verdict);
    const key = `${result.service}/${result.handler} ${message}`;
    const group = groups.get(key);
    if (group === undefined)
      groups.set(key, { first: result, message, ids: [result.invocationId] });
    else group.ids.push(result.invocationId);
  }
  return [...groups.values()];
}

function messageOf(verdict: ReplayVerdict): string {
  if (verdict.kind === "ok") return "";
  // The stack begins with the message.
  return (verdict.kind === "failure" && verdict.stacktrace) || verdict.message;
}

const SHOWN_IDS = 5;

function renderGroup({ first, message, ids }: Group): string[] {
  const more = ids.length > SHOWN_IDS ? `, and ${ids.length - SHOWN_IDS} more` : "";
  return [
    `${first.service}/${first.handler}: ${ids.slice(0, SHOWN_IDS).join(", ")}${more}`,
    ...message.split("\n").map((line) => `  ${line}`),
  ];
}

const MAX_SUMMARY = 100;

function shorten(text: string): string {
  const line = text.split("\n", 1)[0] ?? text;
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY)}…` : line;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
