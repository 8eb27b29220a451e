/** An invocation's life as a drawing: time downwards, attempts as bars, and a line from every command to its result. */
import { describeEnd, describeEntry, duration } from "./timeline.js";
import type { TimelineRow, TimelineRows, TimelineSpan } from "./timeline-rows.js";

const ROW = 22;
const GAP_ROW = 30;
const TOP = 62;
const TIME_WIDTH = 84;
const BAR_X = TIME_WIDTH + 14;
const LANE = 9;
const CHAR = 7.25;
/** Longer ones are cut; the whole text is in the title that browsers show. */
const MAX_CHARS = 110;

const INK = "#1f2430";
const FAINT = "#6b7285";
const GROUND = "#f5f6fa";
const END_COLOURS = {
  completed: "#2f9e5f",
  suspended: "#b8770f",
  failed: "#d6453d",
  cut: "#8b4fd0",
} as const;
const RUNNING = "#3b74d9";

/** What belongs together looks alike. */
const COLOURS: readonly (readonly [RegExp, string])[] = [
  [/^Run/, "#3b74d9"],
  [/^(Call|OneWayCall|AttachInvocation|GetInvocationOutput)/, "#0d8f8f"],
  [/^Sleep/, "#b57f14"],
  [/State/, "#7657c9"],
  [/^(Output)/, "#2f9e5f"],
  [/(Promise|Signal|Awakeable)/, "#c2407f"],
];

export function renderSvg(timeline: TimelineRows): string {
  const ys = positions(timeline.rows);
  const lanes = assignLanes(timeline.spans);
  const textX = BAR_X + 26 + LANE * Math.max(0, ...lanes.map((lane) => lane + 1));
  const height = TOP + (ys.at(-1) ?? 0) + ROW + 14;
  const rows = timeline.rows.map((row, index) => renderRow(row, { timeline, index, ys, textX }));
  const chars = Math.max(timeline.title.length + 10, ...timeline.rows.map(charsOf));
  const width = Math.ceil(textX + Math.min(chars, MAX_CHARS + 20) * CHAR + 40);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(
      { x: 16, y: 26, fill: INK, attributes: 'font-size="15" font-weight="bold"' },
      timeline.title,
    ),
    text({ x: 16, y: 44, fill: FAINT }, summary(timeline)),
    ...bars(timeline.rows, { ys, textX, width }),
    ...timeline.spans.map((span, index) => renderSpan(span, lanes[index] ?? 0, ys)),
    ...rows,
    "</svg>",
  ].join("\n");
}

function summary({ status, rows, startedAt }: TimelineRows): string {
  const attempts = rows.filter(({ kind }) => kind === "attempt").length;
  const took = (rows.at(-1)?.at ?? startedAt) - startedAt;
  return `${status} · ${attempts} ${attempts === 1 ? "attempt" : "attempts"} · ${duration(took)} of virtual time`;
}

/** The top of each row, below the heading. */
function positions(rows: readonly TimelineRow[]): number[] {
  let y = 0;
  return rows.map(({ kind }) => {
    const top = y;
    y += kind === "gap" ? GAP_ROW : ROW;
    return top;
  });
}

/** Each span gets the first lane that is free for all of its length. */
function assignLanes(spans: readonly TimelineSpan[]): number[] {
  const takenUntil: number[] = [];
  return spans.map(({ from, to }) => {
    const free = takenUntil.findIndex((until) => until <= from);
    const lane = free === -1 ? takenUntil.length : free;
    takenUntil[lane] = to;
    return lane;
  });
}

/** One for each attempt, in the colour of its end, and a ground for what it did. */
function bars(
  rows: readonly TimelineRow[],
  {
    ys,
    textX,
    width,
  }: { readonly ys: readonly number[]; readonly textX: number; readonly width: number },
): string[] {
  return rows.flatMap((row, index) => {
    if (row.kind !== "attempt") return [];
    const isEnd = (each: TimelineRow) => each.kind === "end" && each.attempt === row.attempt;
    const last = rows.findIndex(isEnd);
    const end = rows[last];
    const colour = end?.kind === "end" ? END_COLOURS[end.end.kind] : RUNNING;
    const y = TOP + (ys[index] ?? 0) + 2;
    const height = TOP + (ys[last === -1 ? rows.length - 1 : last] ?? 0) + ROW - 2 - y;
    return [
      `<rect x="${textX - 8}" y="${y}" width="${width - textX - 8}" height="${height}" rx="6" fill="${GROUND}"/>`,
      `<rect x="${BAR_X}" y="${y}" width="7" height="${height}" rx="3.5" fill="${colour}"/>`,
    ];
  });
}

function renderSpan(
  { from, to, type, isOpen }: TimelineSpan,
  lane: number,
  ys: readonly number[],
): string {
  const x = BAR_X + 16 + lane * LANE;
  const [top, bottom] = [from, to].map((row) => TOP + (ys[row] ?? 0) + ROW / 2) as [number, number];
  const colour = colourOf(type);
  const dash = isOpen ? ' stroke-dasharray="2 3"' : "";
  const end = isOpen
    ? ""
    : `<circle cx="${x}" cy="${bottom}" r="2.6" fill="#fff" stroke="${colour}" stroke-width="1.4"/>`;
  return (
    `<path d="M${x} ${top}V${bottom}" stroke="${colour}" stroke-width="1.6" fill="none"${dash}/>` +
    `<circle cx="${x}" cy="${top}" r="2.6" fill="${colour}"/>${end}`
  );
}

interface RowPlace {
  readonly timeline: TimelineRows;
  readonly index: number;
  readonly ys: readonly number[];
  readonly textX: number;
}

function renderRow(row: TimelineRow, { timeline, index, ys, textX }: RowPlace): string {
  const top = TOP + (ys[index] ?? 0);
  const y = top + ROW / 2 + 4;
  switch (row.kind) {
    case "gap": {
      const middle = top + GAP_ROW / 2;
      return (
        `<path d="M${BAR_X + 3.5} ${top + 3}V${top + GAP_ROW - 3}" stroke="${FAINT}" stroke-dasharray="1 4" stroke-linecap="round" stroke-width="2"/>` +
        text(
          { x: textX, y: middle + 4, fill: FAINT, attributes: 'font-style="italic"' },
          `${duration(row.millis)} later`,
        )
      );
    }
    case "attempt": {
      const replays = row.replayed > 1 ? `, replaying ${row.replayed} entries` : "";
      return (
        renderTime(row.at - timeline.startedAt, y) +
        `<text x="${textX}" y="${y}" fill="${FAINT}" xml:space="preserve">` +
        `<tspan fill="${INK}" font-weight="bold">attempt ${row.attempt}</tspan>${replays}</text>`
      );
    }
    case "end":
      return text({ x: textX, y, fill: END_COLOURS[row.end.kind] }, describeEnd(row.end));
    case "wait":
      return text({ x: textX, y, fill: "#b8770f" }, `waits for ${row.text}`);
    case "entry": {
      const before = timeline.rows[index - 1];
      const time =
        before?.at === row.at && before.kind !== "gap"
          ? ""
          : renderTime(row.at - timeline.startedAt, y);
      return time + renderEntry(row, { x: textX, top, y });
    }
  }
}

function renderEntry(
  { entry }: TimelineRow & { kind: "entry" },
  { x, top, y }: { readonly x: number; readonly top: number; readonly y: number },
): string {
  const colour = colourOf(entry.type);
  const isCommand = entry.kind === "command";
  const label = isCommand ? entry.type : `◂ ${entry.type}`;
  const width = label.length * CHAR + 12;
  const box =
    `<rect x="${x}" y="${top + 2.5}" width="${width}" height="${ROW - 5}" rx="4" ` +
    (isCommand ? `fill="${colour}"/>` : `fill="#fff" stroke="${colour}"/>`);
  const rest = describeEntry(entry).slice(label.length);
  return (
    box +
    text({ x: x + 6, y, fill: isCommand ? "#fff" : colour }, label) +
    text({ x: x + width + 2, y, fill: INK }, rest)
  );
}

function renderTime(millis: number, y: number): string {
  return text(
    { x: TIME_WIDTH, y, fill: FAINT, attributes: 'text-anchor="end"' },
    `+${duration(millis)}`,
  );
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly attributes?: string;
}

function text({ x, y, fill, attributes = "" }: TextPlace, content: string): string {
  if (content === "") return "";
  const line = content.replace(/\s+/g, " ");
  const isCut = line.length > MAX_CHARS;
  const shown = isCut ? `${line.slice(0, MAX_CHARS)}…` : line;
  const title = isCut ? `<title>${escapeXml(content)}</title>` : "";
  return `<text x="${x}" y="${y}" fill="${fill}" xml:space="preserve" ${attributes}>${title}${escapeXml(shown)}</text>`;
}

function charsOf(row: TimelineRow): number {
  switch (row.kind) {
    case "entry":
      return describeEntry(row.entry).length;
    case "end":
      return describeEnd(row.end).length;
    case "wait":
      return row.text.length + 10;
    case "attempt":
    case "gap":
      return 40;
  }
}

function colourOf(type: string): string {
  return COLOURS.find(([pattern]) => pattern.test(type))?.[1] ?? "#5b6478";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Also without what XML does not allow at all. */
function escapeXml(content: string): string {
  return (
    content
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
      .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
  );
}
