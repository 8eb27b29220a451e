/** What a benchmark yields for each case. */
import type { Variant } from "./services.js";
import type { Spread } from "./statistics.js";

export interface CaseResult {
  readonly name: string;
  readonly question: string;
  readonly replayedEntries?: number;
  readonly variants: Record<Variant, VariantResult>;
}

export interface VariantResult {
  readonly cpuMicros: Spread;
  readonly wallMicros: Spread;
  readonly latencyMicros: Spread;
}
