/** Measures cases over HTTP/2: floor, ours and official in fresh processes, taking turns round by round. */
import { VARIANTS, type Variant } from "./bundles.js";
import type { BenchCase, Effort } from "./cases.js";
import { Driver, type Sample } from "./driver.js";
import type { Version } from "./messages.js";
import type { CaseResult, VariantResult } from "./results.js";
import { startService } from "./services.js";
import { rotated, spreadOf } from "./statistics.js";

interface Contender {
  readonly variant: Variant;
  readonly driver: Driver;
  readonly samples: Sample[];
  unfinished?: string;
}

export async function measureCase(
  benchCase: BenchCase,
  version: Version,
  effort: Effort,
): Promise<CaseResult> {
  const contenders = await Promise.all(
    VARIANTS.map(async (variant): Promise<Contender> => {
      const service = await startService(variant, { caseName: benchCase.name, version });
      const driver = await Driver.connect(benchCase, service, version);
      return { variant, driver, samples: [] };
    }),
  );
  try {
    for (let round = -1; round < effort.rounds; round++) {
      for (const contender of rotated(contenders, round + 1)) {
        await takeTurn(contender, effort, round);
      }
    }
  } finally {
    await Promise.all(contenders.map(({ driver }) => driver.close()));
  }
  const { name, question, series } = benchCase;
  return { name, question, ...(series && { series }), variants: summaries(contenders) };
}

/** The round before the first warms up. */
async function takeTurn(contender: Contender, effort: Effort, round: number): Promise<void> {
  const { variant, driver, samples } = contender;
  const once = variant === "official" && effort.officialOnce === true;
  if (contender.unfinished !== undefined || (once && round > 0)) return;
  try {
    if (round < 0) await driver.run(once ? 1 : effort.warmup);
    else samples.push(await driver.measure(once ? 1 : effort.invocations));
  } catch (error) {
    // What the official SDK cannot do is a result; a case that ours cannot do is a failure.
    if (variant !== "official") throw error;
    contender.unfinished = error instanceof Error ? error.message : String(error);
    process.stderr.write(`  official does not finish: ${contender.unfinished}\n`);
    // Its other invocations would go on beside what is measured next.
    await driver.close();
  }
}

function summaries(contenders: readonly Contender[]): CaseResult["variants"] {
  return Object.fromEntries(
    contenders.map(({ variant, samples, unfinished }) => [
      variant,
      { ...summarize(samples), ...(unfinished !== undefined && { unfinished }) },
    ]),
  ) as CaseResult["variants"];
}

export function summarize(samples: readonly Sample[]): VariantResult {
  return {
    cpuMicros: spreadOf(samples.map(({ cpuMicros }) => cpuMicros)),
    wallMicros: spreadOf(samples.map(({ wallMicros }) => wallMicros)),
    latencyMicros: spreadOf(samples.map(({ latencyMicros }) => latencyMicros)),
  };
}
