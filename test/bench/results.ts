/** What a benchmark yields: one entry for each part, with when and on what it was measured. */
import type { Variant } from "./bundles.js";
import type { BenchCase } from "./cases.js";
import type { Version } from "./messages.js";
import type { Spread } from "./statistics.js";

export interface CaseResult {
  readonly name: string;
  readonly question: string;
  readonly series?: BenchCase["series"];
  readonly variants: Record<Variant, VariantResult>;
}

export interface VariantResult {
  readonly cpuMicros: Spread;
  readonly wallMicros: Spread;
  readonly latencyMicros: Spread;
  /** Why there are no figures. */
  readonly unfinished?: string;
}

export interface ProtocolResult {
  readonly protocol: Version;
  readonly cases: readonly CaseResult[];
}

export interface ColdStartFigures {
  /** Milliseconds of CPU since the process was started. */
  readonly readyMs: Spread;
  readonly firstMs: Spread;
  readonly fiftiethMs: Spread;
  readonly peakRssBytes: Spread;
}

export type ColdStartResult = Record<Variant, ColdStartFigures>;

/** Of one process for waiting invocations, and one for finished ones. */
export interface MemorySample {
  /** For each waiting invocation, beyond the service at rest. */
  readonly parkedHeapBytes: number;
  readonly parkedRssBytes: number;
  readonly idleRssBytes: number;
  readonly peakRssBytes: number;
  /** What is left of it when all have finished, connections still open. */
  readonly leftRssBytes: number;
  readonly leftHeapBytes: number;
  /** What is left of the RSS when the service has rested for a while, measured once: V8 gives pages back when it is idle. */
  readonly restedRssBytes: number;
  /** What finished invocations leave behind in all. */
  readonly echoHeapBytes: number;
  readonly echoRssBytes: number;
}

export interface MemoryResult {
  readonly parked: number;
  readonly echoes: number;
  readonly variants: Record<Variant, { readonly [TName in keyof MemorySample]: Spread }>;
}

export interface EndToEndResult {
  readonly invocations: number;
  readonly steps: number;
  readonly variants: Record<
    "ours" | "official",
    { readonly cpuMicros: Spread; readonly wallMicros: Spread }
  >;
}

export interface BundleSize {
  readonly bytes: number;
  readonly gzipBytes: number;
}

export interface BundleResult {
  readonly entry: string;
  readonly ours: BundleSize;
  readonly official: BundleSize;
}

export interface PartData {
  readonly http2: ProtocolResult;
  readonly protocols: readonly ProtocolResult[];
  readonly "in-process": readonly CaseResult[];
  readonly "cold-start": ColdStartResult;
  readonly memory: MemoryResult;
  readonly "end-to-end": EndToEndResult;
  readonly bundles: readonly BundleResult[];
}

export type PartName = keyof PartData;

export interface Facts {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The load average of the last minute, when the part began: above 1 somebody else was at work. */
  readonly load: number;
  readonly quick: boolean;
}

/** What the JSON file holds: a part is replaced when it is measured again. */
export type Results = {
  readonly [TName in PartName]?: { readonly facts: Facts; readonly data: PartData[TName] };
};
