/** Tables in Markdown, and figures in their cells. */
import type { CaseResult, VariantResult } from "./results.js";
import type { Spread } from "./statistics.js";

/** The first column holds words, the others figures. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, index) => (index === 0 ? "---" : "---:"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** CPU of every variant, how they compare, and latencies where they were measured. */
export function caseTable(
  results: readonly CaseResult[],
  { latencies }: { readonly latencies: boolean },
): string {
  const header = ["case", "floor µs", "ours µs", "official µs", "official / ours", "ours / floor"];
  const rows = results.map(({ name, variants: { floor, ours, official } }) => [
    name,
    cpu(floor),
    cpu(ours),
    cpu(official),
    official.unfinished === undefined ? ratio(official.cpuMicros, ours.cpuMicros) : "–",
    ratio(ours.cpuMicros, floor.cpuMicros),
    ...(latencies ? [latency(ours), latency(official)] : []),
  ]);
  const columns = latencies ? [...header, "ours p50 µs", "official p50 µs"] : header;
  return [table(columns, rows), ...failures(results)].join("\n\n");
}

/** Why figures are missing. */
function failures(results: readonly CaseResult[]): string[] {
  return results.flatMap(({ name, variants: { official } }) =>
    official.unfinished === undefined
      ? []
      : [`The official SDK does not finish ${name}: \`${official.unfinished}\`.`],
  );
}

export function withSpread({ median, deviation }: Spread): string {
  const digits = median < 10 ? 1 : 0;
  return `${figure(median, digits)} ±${Math.round(deviation * 100)}%`;
}

export function ratio(numerator: Spread, denominator: Spread): string {
  return times(numerator.median / denominator.median);
}

export function times(value: number): string {
  return `${figure(value, value < 100 ? 1 : 0)}x`;
}

export function figure(value: number, digits = 0): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function cpu({ cpuMicros, unfinished }: VariantResult): string {
  return unfinished === undefined ? withSpread(cpuMicros) : "does not finish";
}

function latency({ latencyMicros, unfinished }: VariantResult): string {
  return unfinished === undefined ? figure(latencyMicros.median) : "–";
}
