/** The figures that this project set itself, and how far the results are from them. */
import { growthOf } from "./growth.js";
import type {
  BundleResult,
  CaseResult,
  ColdStartResult,
  EndToEndResult,
  MemoryResult,
  Results,
} from "./results.js";
import { figure, times } from "./table.js";

export interface Verdict {
  readonly goal: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** Official / ours in service CPU, at least. */
const RATIOS: Readonly<Record<string, number>> = {
  echo: 4.5,
  "10 sequential runs": 3.2,
  "10 x (get, run, set)": 3.2,
  "20 sequential calls": 2.7,
  "all over 100 runs": 10,
  "all over 1,000 runs": 80,
  "1 MB echo": 1.8,
  "replay of 1,000 entries": 3.5,
  "replayed all over 1,000 runs": 10,
};

export function verdictsOn(results: Results): Verdict[] {
  return [
    ...judgeCases(results.http2?.data.cases ?? []),
    ...judgeBundles(results.bundles?.data ?? []),
    ...judgeColdStart(results["cold-start"]?.data),
    ...judgeMemory(results.memory?.data),
    ...judgeEndToEnd(results["end-to-end"]?.data),
  ];
}

function judgeCases(cases: readonly CaseResult[]): Verdict[] {
  return [...cases.flatMap(judgeRatio), ...judgeGrowth(cases)];
}

function judgeRatio({ name, variants: { ours, official } }: CaseResult): Verdict[] {
  const wanted = RATIOS[name];
  if (wanted === undefined || official.unfinished !== undefined) return [];
  return [
    atLeast(`${name}, official / ours`, official.cpuMicros.median / ours.cpuMicros.median, wanted),
  ];
}

function judgeGrowth(cases: readonly CaseResult[]): Verdict[] {
  return growthOf(cases).map(({ series, exponents }) =>
    atMost(`growth exponent of ${series}`, exponents.ours ?? Infinity, {
      limit: series === "live fan-out" ? 1.1 : 1.05,
      digits: 2,
    }),
  );
}

function judgeBundles([first]: readonly BundleResult[]): Verdict[] {
  if (first === undefined) return [];
  const { ours, official } = first;
  return [atLeast("hello-world bundle, official / ours", official.bytes / ours.bytes, 30)];
}

function judgeColdStart(result: ColdStartResult | undefined): Verdict[] {
  if (result === undefined) return [];
  const measured = result.ours.firstMs.median;
  return [atMost("Lambda, CPU until the first response", measured, { limit: 45, unit: " ms" })];
}

const MB_LEFT = { limit: 70, unit: " MB" };

function judgeMemory(result: MemoryResult | undefined): Verdict[] {
  if (result === undefined) return [];
  const { ours, official } = result.variants;
  const heap = official.parkedHeapBytes.median / ours.parkedHeapBytes.median;
  const left = ours.leftRssBytes.median / 1e6;
  const rested = ours.restedRssBytes.median / 1e6;
  return [
    atLeast("heap for each waiting invocation, official / ours", heap, 3),
    atMost(`RSS above rest when ${figure(result.parked)} have finished`, left, MB_LEFT),
    atMost("RSS above rest 30 seconds later", rested, MB_LEFT),
  ];
}

function judgeEndToEnd(result: EndToEndResult | undefined): Verdict[] {
  if (result === undefined) return [];
  const { ours, official } = result.variants;
  const cpu = official.cpuMicros.median / ours.cpuMicros.median;
  return [atLeast("end to end, service CPU, official / ours", cpu, 2.5)];
}

function atLeast(goal: string, measured: number, limit: number): Verdict {
  return {
    goal,
    wanted: `at least ${times(limit)}`,
    measured: times(measured),
    reached: measured >= limit,
  };
}

function atMost(
  goal: string,
  measured: number,
  { limit, unit = "", digits = 0 }: { limit: number; unit?: string; digits?: number },
): Verdict {
  return {
    goal,
    wanted: `at most ${figure(limit, digits)}${unit}`,
    measured: `${figure(measured, digits)}${unit}`,
    reached: measured <= limit,
  };
}
