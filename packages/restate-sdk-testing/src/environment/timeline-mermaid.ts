/** An invocation's life as a Mermaid sequence diagram, which GitHub and many editors show. */
import { describeEnd, describeEntry, duration } from "./timeline.js";
import type { TimelineRow, TimelineRows } from "./timeline-rows.js";

export function renderMermaid({ title, status, rows }: TimelineRows): string {
  const lines = [
    "sequenceDiagram",
    "  autonumber",
    `  participant H as ${escapeText(title.replace(/ \(.*/, ""))}`,
    "  participant R as Restate",
  ];
  for (const row of rows) lines.push(`  ${renderRow(row)}`);
  lines.push(`  Note over H,R: ${escapeText(status)}`);
  return `${lines.join("\n")}\n`;
}

function renderRow(row: TimelineRow): string {
  switch (row.kind) {
    case "gap":
      return `Note over H,R: ${duration(row.millis)} later`;
    case "attempt":
      return `Note right of H: attempt ${row.attempt}, replaying ${row.replayed}`;
    case "end":
      return `Note right of H: ${escapeText(describeEnd(row.end))}`;
    case "wait":
      return `Note right of H: waits for ${escapeText(row.text)}`;
    case "entry": {
      const description = escapeText(describeEntry(row.entry));
      const isToServer = row.entry.kind === "command" && row.entry.type !== "Input";
      return isToServer ? `H->>R: ${description}` : `R-->>H: ${description}`;
    }
  }
}

/** Mermaid has no quotes for such texts; what would end or begin something is written as its number. */
function escapeText(text: string): string {
  return (
    text
      .replace(/\s+/g, " ")
      .replace(/[#;<>%{}"]/g, (char) => `#${char.charCodeAt(0)};`)
      // The keyword, wherever it stands.
      .replace(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`)
  );
}
