/** Measures the entry points without a socket, fetch and Lambda, with each variant in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { checkBody } from "./answers.js";
import { bundleToFile, VARIANTS, type Variant } from "./bundles.js";
import { caseNamed, type BenchCase } from "./cases.js";
import type { DoorName } from "./doors.js";
import type { Sample } from "./driver.js";
import { summarize } from "./http2-cases.js";
import type { InProcessReport } from "./in-process-child.js";
import type { Version } from "./messages.js";
import type { CaseResult } from "./results.js";
import { NODE, nextMessage } from "./services.js";
import { rotated } from "./statistics.js";

interface InProcessEffort {
  readonly warmup: number;
  readonly invocations: number;
  readonly rounds: number;
}

const QUICK: Record<string, InProcessEffort> = {
  echo: { warmup: 300, invocations: 100, rounds: 3 },
  "replay of 1,000 entries": { warmup: 20, invocations: 10, rounds: 3 },
};
const FULL: Record<string, InProcessEffort> = {
  echo: { warmup: 3_000, invocations: 1_000, rounds: 15 },
  "replay of 1,000 entries": { warmup: 150, invocations: 60, rounds: 15 },
};
const DOORS: readonly DoorName[] = ["fetch", "Lambda"];

export async function measureInProcess(options: {
  readonly quick: boolean;
  readonly version: Version;
}): Promise<CaseResult[]> {
  const efforts = Object.entries(options.quick ? QUICK : FULL);
  const bundles = await bundleHandlers();
  const results: CaseResult[] = [];
  for (const door of DOORS) {
    for (const [caseName, effort] of efforts) {
      const benchCase = caseNamed(caseName, options.version);
      const start = (variant: Variant) =>
        startChild(bundles[variant], [door, caseName, String(options.version)]);
      const children = await Promise.all(
        VARIANTS.map(async (variant) => ({ variant, child: await start(variant) })),
      );
      const samples = await takeTurns(children, benchCase, effort);
      for (const { child } of children) child.disconnect();
      results.push({
        name: `${door}: ${caseName}`,
        question: "What does an invocation cost without a socket?",
        variants: {
          floor: summarize(samples.floor),
          ours: summarize(samples.ours),
          official: summarize(samples.official),
        },
      });
    }
  }
  return results;
}

async function bundleHandlers(): Promise<Record<Variant, string>> {
  const entry = "in-process-child.ts";
  const sdk = { "bench-handlers": "handlers-sdk.ts" };
  const [floor, ours, official] = await Promise.all([
    bundleToFile({ entry, variant: "floor", alias: { "bench-handlers": "handlers-floor.ts" } }),
    bundleToFile({ entry, variant: "ours", alias: sdk }),
    bundleToFile({ entry, variant: "official", alias: sdk }),
  ]);
  return { floor, ours, official };
}

async function startChild(bundle: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(NODE, [bundle, ...args], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await nextMessage(child);
  return child;
}

async function takeTurns(
  children: readonly { variant: Variant; child: ChildProcess }[],
  benchCase: BenchCase,
  { warmup, invocations, rounds }: InProcessEffort,
): Promise<Record<Variant, Sample[]>> {
  const samples: Record<Variant, Sample[]> = { floor: [], ours: [], official: [] };
  for (const { child } of children) await runOnce(child, benchCase, warmup);
  for (let round = 0; round < rounds; round++) {
    for (const { variant, child } of rotated(children, round)) {
      samples[variant].push(await runOnce(child, benchCase, invocations));
    }
  }
  return samples;
}

async function runOnce(
  child: ChildProcess,
  benchCase: BenchCase,
  invocations: number,
): Promise<Sample> {
  const report = nextMessage<InProcessReport>(child);
  child.send(invocations);
  const { cpuMicros, wallMicros, answers } = await report;
  for (const answer of answers) checkBody(benchCase, Buffer.from(answer, "base64"));
  // One after the other, so the wall time of an invocation is its latency.
  return { cpuMicros, wallMicros, latencyMicros: wallMicros };
}
