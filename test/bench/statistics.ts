/** Medians, spreads, growth exponents, and taking turns. */

export interface Spread {
  readonly median: number;
  /** Half the distance between the quartiles, as a share of the median. */
  readonly deviation: number;
  readonly values: readonly number[];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const median = quantile(sorted, 0.5);
  const half = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2;
  return { median, deviation: median === 0 ? 0 : half / median, values };
}

/** The exponent b in cost = a * size^b, fitted by least squares on logarithms; 1 is linear growth. */
export function growthExponent(points: readonly { size: number; cost: number }[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const meanX = mean(logs.map(({ x }) => x));
  const meanY = mean(logs.map(({ y }) => y));
  const covariance = mean(logs.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(logs.map(({ x }) => (x - meanX) ** 2));
}

/** Nobody always goes first. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const start = round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? 0;
  const high = sorted[Math.ceil(position)] ?? 0;
  return low + (high - low) * (position - Math.floor(position));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
