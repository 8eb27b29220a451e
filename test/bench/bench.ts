/**
 * Measures our SDK against the official one and against a bare HTTP/2 server:
 *
 *   npx tsx test/bench/bench.ts [--quick] [--protocol 6] [--case RE] [--json FILE]
 *
 * Every variant serves in a fresh process for each case; the variants take turns, round by round. Service CPU
 * comes first, since it is what capacity costs; wall time and latency include the driver on the same machine.
 */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchCases, type BenchCase, type Version } from "./cases.js";
import { Driver, type Sample } from "./driver.js";
import { bundleServices, CACHE, startService, VARIANTS, type Variant } from "./services.js";
import { growthExponent, spreadOf } from "./statistics.js";
import type { CaseResult, VariantResult } from "./results.js";
import { renderTable } from "./table.js";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    protocol: { type: "string", default: "6" },
    case: { type: "string", default: "" },
    json: { type: "string", default: path.join(CACHE, "results.json") },
  },
});

const version = Number(options.protocol) as Version;
await bundleServices();
const results: CaseResult[] = [];
for (const benchCase of benchCases(version)) {
  if (!new RegExp(options.case).test(benchCase.name)) continue;
  process.stderr.write(`${benchCase.name} ...\n`);
  results.push(await measureCase(benchCase));
}
console.log(renderTable(results, growth(results)));
await writeFile(
  options.json,
  JSON.stringify({ ...facts(), results, growth: growth(results) }, null, 2),
);
console.log(`\nwritten to ${options.json}`);

async function measureCase(benchCase: BenchCase): Promise<CaseResult> {
  const effort = options.quick ? benchCase.quick : benchCase.full;
  const drivers = await Promise.all(
    VARIANTS.map(async (variant) => {
      const service = await startService(variant, { caseName: benchCase.name, version });
      return { variant, driver: await Driver.connect(benchCase, service, version) };
    }),
  );
  const samples: Record<Variant, Sample[]> = { floor: [], ours: [], official: [] };
  const runsOnce = (variant: Variant) => variant === "official" && effort.officialOnce === true;
  for (const { variant, driver } of drivers)
    await driver.run(runsOnce(variant) ? 1 : effort.warmup);
  for (let round = 0; round < effort.rounds; round++) {
    for (const { variant, driver } of rotated(drivers, round)) {
      if (!runsOnce(variant)) samples[variant].push(await driver.measure(effort.invocations));
      else if (round === 0) samples[variant].push(await driver.measure(1));
    }
  }
  await Promise.all(drivers.map(({ driver }) => driver.close()));
  const { name, question, replayedEntries } = benchCase;
  return {
    name,
    question,
    ...(replayedEntries !== undefined && { replayedEntries }),
    variants: {
      floor: summarize(samples.floor),
      ours: summarize(samples.ours),
      official: summarize(samples.official),
    },
  };
}

function summarize(samples: readonly Sample[]): VariantResult {
  return {
    cpuMicros: spreadOf(samples.map(({ cpuMicros }) => cpuMicros)),
    wallMicros: spreadOf(samples.map(({ wallMicros }) => wallMicros)),
    latencyMicros: spreadOf(samples.map(({ latencyMicros }) => latencyMicros)),
  };
}

/** Nobody always goes first. */
function rotated<T>(items: readonly T[], round: number): T[] {
  const start = round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** The growth of replay between the two longest journals, where the fixed cost of an invocation has faded. */
function growth(all: readonly CaseResult[]): Partial<Record<Variant, number>> {
  const replays = all.filter(({ replayedEntries }) => replayedEntries !== undefined).slice(-2);
  if (replays.length < 2) return {};
  const exponents = VARIANTS.map((variant) => {
    const points = replays.map(({ replayedEntries = 1, variants }) => ({
      size: replayedEntries,
      cost: variants[variant].cpuMicros.median,
    }));
    return [variant, growthExponent(points)] as const;
  });
  return Object.fromEntries(exponents);
}

function facts() {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    protocol: version,
    quick: options.quick,
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "no repository";
  }
}
