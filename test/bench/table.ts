/** The results as a table in Markdown. */
import type { CaseResult } from "./results.js";
import type { Variant } from "./services.js";
import type { Spread } from "./statistics.js";

export function renderTable(
  results: readonly CaseResult[],
  growth: Partial<Record<Variant, number>>,
): string {
  const rows = results.map(({ name, variants: { floor, ours, official } }) => [
    name,
    withSpread(floor.cpuMicros),
    withSpread(ours.cpuMicros),
    withSpread(official.cpuMicros),
    ratio(official.cpuMicros, ours.cpuMicros),
    ratio(ours.cpuMicros, floor.cpuMicros),
    Math.round(ours.latencyMicros.median).toLocaleString("en"),
    Math.round(official.latencyMicros.median).toLocaleString("en"),
  ]);
  const header = [
    "case",
    "floor µs",
    "ours µs",
    "official µs",
    "official / ours",
    "ours / floor",
    "ours p50 µs",
    "official p50 µs",
  ];
  const lines = [header, header.map((_, index) => (index === 0 ? "---" : "---:")), ...rows];
  const table = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `Service CPU for one invocation, medians with half the interquartile range.\n\n${table}${growthLine(growth)}`;
}

function growthLine(growth: Partial<Record<Variant, number>>): string {
  const parts = Object.entries(growth).map(([variant, value]) => `${variant} ${value.toFixed(2)}`);
  return parts.length === 0
    ? ""
    : `\n\nGrowth exponent of replay, last decade: ${parts.join(", ")}`;
}

function withSpread({ median, deviation }: Spread): string {
  return `${Math.round(median).toLocaleString("en")} ±${Math.round(deviation * 100)}%`;
}

function ratio(numerator: Spread, denominator: Spread): string {
  return `${(numerator.median / denominator.median).toFixed(1)}x`;
}
