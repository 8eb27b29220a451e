/** How the cost grows with the size, from the cases that differ in nothing else. */
import { VARIANTS, type Variant } from "./bundles.js";
import type { SeriesName } from "./cases.js";
import type { CaseResult } from "./results.js";
import { growthExponent } from "./statistics.js";

export interface Growth {
  readonly series: SeriesName;
  readonly from: number;
  readonly to: number;
  /** Missing for a variant that did not finish. */
  readonly exponents: Partial<Record<Variant, number>>;
}

/** Fitted between the two largest sizes, where the fixed cost of an invocation has faded. */
export function growthOf(results: readonly CaseResult[]): Growth[] {
  const names = new Set(results.flatMap(({ series }) => series?.name ?? []));
  return [...names].flatMap((name) => {
    const [small, large] = pointsOf(results, name).slice(-2);
    if (small === undefined || large === undefined) return [];
    const exponents = VARIANTS.flatMap((variant) => {
      const points = [small, large].map(({ size, costs }) => ({ size, cost: costs[variant] }));
      return points.every(({ cost }) => cost > 0)
        ? [[variant, growthExponent(points)] as const]
        : [];
    });
    return {
      series: name,
      from: small.size,
      to: large.size,
      exponents: Object.fromEntries(exponents),
    };
  });
}

/** The sizes of a series in order, each with its CPU time by variant; 0 for what did not finish. */
export function pointsOf(
  results: readonly CaseResult[],
  name: SeriesName,
): { readonly size: number; readonly costs: Record<Variant, number> }[] {
  return results
    .flatMap(({ series, variants: { floor, ours, official } }) =>
      series?.name === name
        ? {
            size: series.size,
            costs: {
              floor: floor.cpuMicros.median,
              ours: ours.cpuMicros.median,
              official: official.unfinished === undefined ? official.cpuMicros.median : 0,
            },
          }
        : [],
    )
    .sort((left, right) => left.size - right.size);
}
