/** The plots of PERFORMANCE.md. */
import { VARIANTS, type Variant } from "./bundles.js";
import type { SeriesName } from "./cases.js";
import { pointsOf } from "./growth.js";
import type { CaseResult, ColdStartResult, MemoryResult } from "./results.js";
import { bar, line, mark, svg, text } from "./svg.js";
import { figure, times } from "./table.js";

const WIDTH = 860;
const LABELS = 250;
const MARGIN = 24;

type Costs = Record<Variant, number>;

/** Every case on a logarithmic axis, so that cheap and dear ones have room on one page; the ratio stands beside it. */
export function costPlot(cases: readonly CaseResult[]): string {
  const rows = cases.map(({ name, variants: { floor, ours, official } }) => ({
    name,
    costs: {
      floor: floor.cpuMicros.median,
      ours: ours.cpuMicros.median,
      official: official.unfinished === undefined ? official.cpuMicros.median : 0,
    },
  }));
  const top = 92;
  const step = 30;
  const height = top + rows.length * step + 56;
  const bottom = height - 48;
  const right = WIDTH - 136;
  const scale = logScale(
    rows.flatMap(({ costs }) => positive(costs)),
    [LABELS, right],
  );
  return svg({
    width: WIDTH,
    height,
    description: "CPU time of the service for one invocation, by case and SDK",
    parts: [
      ...heading("Service CPU for one invocation", "logarithmic; left is better"),
      text(
        "official / ours",
        { x: WIDTH - MARGIN, y: top - 14 },
        { tone: "muted", size: "small", anchor: "end" },
      ),
      ...scale.ticks.flatMap((value) => [
        line({ x: scale.at(value), y: top - 4 }, { x: scale.at(value), y: bottom }, "grid"),
        text(
          duration(value),
          { x: scale.at(value), y: bottom + 20 },
          { tone: "muted", size: "small", anchor: "middle" },
        ),
      ]),
      ...rows.flatMap(({ name, costs }, index) => {
        const y = top + index * step + step / 2;
        const places = positive(costs).map((cost) => scale.at(cost));
        return [
          text(name, { x: LABELS - 14, y: y + 4 }, { anchor: "end" }),
          line({ x: Math.min(...places), y }, { x: Math.max(...places), y }, "grid"),
          ...drawn(costs).map((variant) => mark({ x: scale.at(costs[variant]), y }, variant)),
          text(
            costs.official > 0 ? times(costs.official / costs.ours) : "does not finish",
            { x: WIDTH - MARGIN, y: y + 4 },
            { anchor: "end" },
          ),
        ];
      }),
    ],
  });
}

const SERIES: readonly SeriesName[] = ["replay", "live fan-out", "replayed fan-out"];

/** What one entry costs, by the number of entries: level is linear growth. */
export function growthPlot(cases: readonly CaseResult[]): string {
  const panels = SERIES.map((series) => ({
    series,
    points: pointsOf(cases, series).map(({ size, costs }) => ({
      size,
      costs: {
        floor: costs.floor / size,
        ours: costs.ours / size,
        official: costs.official / size,
      },
    })),
  })).filter(({ points }) => points.length > 1);
  const height = 360;
  const [top, bottom] = [104, height - 56];
  const left = 84;
  const all = panels.flatMap(({ points }) => points.flatMap(({ costs }) => positive(costs)));
  const y = logScale(all, [bottom, top]);
  const gap = 36;
  const panelWidth = (WIDTH - left - MARGIN - gap * (panels.length - 1)) / panels.length;
  return svg({
    width: WIDTH,
    height,
    description: "CPU time for each entry or run, by their number",
    parts: [
      ...heading(
        "Service CPU for each entry or run, by their number",
        "logarithmic; a level line is linear growth",
      ),
      ...y.ticks.map((value) =>
        text(
          duration(value),
          { x: left - 12, y: y.at(value) + 4 },
          { tone: "muted", size: "small", anchor: "end" },
        ),
      ),
      ...panels.flatMap(({ series, points }, index) => {
        const start = left + index * (panelWidth + gap);
        const sizes = points.map(({ size }) => size);
        const x = logScale(sizes, [start + 14, start + panelWidth - 14]);
        const place = (at: (typeof points)[number], variant: Variant) => ({
          x: x.at(at.size),
          y: y.at(at.costs[variant]),
        });
        return [
          text(series, { x: start, y: top - 14 }),
          ...y.ticks.map((value) =>
            line({ x: start, y: y.at(value) }, { x: start + panelWidth, y: y.at(value) }, "grid"),
          ),
          ...sizes.map((size) =>
            text(
              figure(size),
              { x: x.at(size), y: bottom + 22 },
              { tone: "muted", size: "small", anchor: "middle" },
            ),
          ),
          ...VARIANTS.flatMap((variant) => {
            const known = points.filter(({ costs }) => costs[variant] > 0);
            return known.flatMap((point, at) => {
              const before = known[at - 1];
              return [
                ...(before ? [line(place(before, variant), place(point, variant), variant)] : []),
                mark(place(point, variant), variant),
              ];
            });
          }),
        ];
      }),
    ],
  });
}

export function coldStartPlot(result: ColdStartResult): string {
  const row = (label: string, pick: (of: ColdStartResult["ours"]) => { median: number }) => ({
    label,
    costs: byVariant((variant) => pick(result[variant]).median),
  });
  return barPlot("Cold start of a bundled Lambda function", [
    {
      unit: "ms of CPU since the process was started",
      rows: [
        row("handler ready", ({ readyMs }) => readyMs),
        row("first response", ({ firstMs }) => firstMs),
        row("50th response", ({ fiftiethMs }) => fiftiethMs),
      ],
    },
  ]);
}

export function memoryPlot({ parked, variants }: MemoryResult): string {
  const row = (
    label: string,
    pick: (of: MemoryResult["variants"]["ours"]) => { median: number },
    unit: number,
  ) => ({ label, costs: byVariant((variant) => pick(variants[variant]).median / unit) });
  return barPlot(`Memory of ${figure(parked)} waiting invocations`, [
    {
      unit: "KB for each",
      rows: [
        row("heap", (of) => of.parkedHeapBytes, 1e3),
        row("RSS", (of) => of.parkedRssBytes, 1e3),
      ],
    },
    {
      unit: "MB of RSS",
      rows: [
        row("at rest, before", (of) => of.idleRssBytes, 1e6),
        row("peak", (of) => of.peakRssBytes, 1e6),
        row("above rest when all are done", (of) => of.leftRssBytes, 1e6),
        row("30 seconds later", (of) => of.restedRssBytes, 1e6),
      ],
    },
  ]);
}

interface BarPanel {
  readonly unit: string;
  readonly rows: readonly { readonly label: string; readonly costs: Costs }[];
}

/** Linear, from zero: lengths can be compared. */
function barPlot(title: string, panels: readonly BarPanel[]): string {
  const parts = heading(title, "shorter is better");
  const thickness = 14;
  let y = 82;
  for (const { unit, rows } of panels) {
    const most = Math.max(...rows.flatMap(({ costs }) => Object.values(costs)));
    const scale = (WIDTH - LABELS - 90) / most;
    parts.push(text(unit, { x: LABELS, y: y + 12 }, { tone: "muted", size: "small" }));
    y += 24;
    for (const { label, costs } of rows) {
      parts.push(text(label, { x: LABELS - 14, y: y + 1.5 * thickness + 6 }, { anchor: "end" }));
      for (const variant of VARIANTS) {
        const width = Math.max(costs[variant], 0) * scale;
        parts.push(bar({ x: LABELS, y }, { width, height: thickness }, variant));
        const value = figure(costs[variant], costs[variant] < 100 ? 1 : 0);
        parts.push(text(value, { x: LABELS + width + 8, y: y + 11.5 }, { size: "small" }));
        y += thickness + 2;
      }
      y += 14;
    }
    y += 8;
  }
  return svg({ width: WIDTH, height: y + 8, description: title, parts });
}

function heading(title: string, note: string): string[] {
  const names: Record<Variant, string> = {
    floor: "floor, without any SDK",
    ours: "ours",
    official: "official",
  };
  let x = MARGIN + 6;
  const legend = VARIANTS.flatMap((variant) => {
    const parts = [mark({ x, y: 58 }, variant), text(names[variant], { x: x + 14, y: 62 })];
    x += 40 + names[variant].length * 7;
    return parts;
  });
  return [
    text(title, { x: MARGIN, y: 34 }, { size: "title" }),
    text(note, { x: WIDTH - MARGIN, y: 34 }, { tone: "muted", size: "small", anchor: "end" }),
    ...legend,
  ];
}

/** Powers of ten around the values, and where a value lies between them. */
function logScale(values: readonly number[], [start, end]: readonly [number, number]) {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  const room = (high - low) * 0.04 || 0.5;
  const [from, to] = [low - room, high + room];
  const ticks: number[] = [];
  for (let power = Math.ceil(from); power <= to; power++) ticks.push(10 ** power);
  return {
    ticks,
    at: (value: number) => start + ((Math.log10(value) - from) / (to - from)) * (end - start),
  };
}

function duration(micros: number): string {
  if (micros >= 1e6) return `${figure(micros / 1e6)} s`;
  if (micros >= 1e3) return `${figure(micros / 1e3)} ms`;
  return `${micros < 1 ? String(micros) : figure(micros)} µs`;
}

function positive(costs: Costs): number[] {
  return Object.values(costs).filter((cost) => cost > 0);
}

function drawn(costs: Costs): Variant[] {
  return VARIANTS.filter((variant) => costs[variant] > 0);
}

function byVariant(cost: (variant: Variant) => number): Costs {
  return { floor: cost("floor"), ours: cost("ours"), official: cost("official") };
}
