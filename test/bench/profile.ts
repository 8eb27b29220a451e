/**
 * Profiles one case: where the CPU time of our service goes, function by function.
 *
 *   npx tsx test/bench/profile.ts "^echo" [--protocol 6] [--variant official] [--rows 40]
 *
 * The profile stays in the cache folder, for a flame graph in the browser's developer tools.
 */
import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { CACHE, type Variant } from "./bundles.js";
import { CASE_NAMES, caseNamed } from "./cases.js";
import { Driver } from "./driver.js";
import type { Version } from "./messages.js";
import { startService } from "./services.js";

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    protocol: { type: "string", default: "6" },
    variant: { type: "string", default: "ours" },
    rows: { type: "string", default: "40" },
  },
});

const version = Number(options.protocol) as Version;
const wanted = new RegExp(positionals[0] ?? "^echo");
const caseName = CASE_NAMES.find((name) => wanted.test(name));
if (caseName === undefined) throw new Error(`no case matches ${String(wanted)}`);

await mkdir(CACHE, { recursive: true });
const benchCase = caseNamed(caseName, version);
const folder = await mkdtemp(path.join(CACHE, "profile-"));
const service = await startService(options.variant as Variant, {
  caseName: benchCase.name,
  version,
  nodeOptions: ["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", folder],
});
const driver = await Driver.connect(benchCase, service, version);
const { warmup, invocations } = benchCase.full;
await driver.run(warmup);
const sample = await driver.measure(invocations * 4);
await driver.close();

const [file = ""] = await readdir(folder);
const profile = JSON.parse(await readFile(path.join(folder, file), "utf8")) as CpuProfile;
console.log(`${benchCase.name}: ${sample.cpuMicros.toFixed(0)} µs of CPU for one invocation`);
for (const [place, micros] of selfTimes(profile).slice(0, Number(options.rows))) {
  console.log(`${share(micros).padStart(6)}  ${place}`);
}
console.log(`profile: ${path.join(folder, file)}`);

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): [string, number][] {
  const places = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || "(anonymous)"} ${path.basename(url)}:${lineNumber + 1}`,
    ]),
  );
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = places.get(id) ?? "";
    if (!place.startsWith("(idle)"))
      times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return [...times].sort(([, left], [, right]) => right - left);
}

function share(micros: number): string {
  const total = selfTimes(profile).reduce((sum, [, time]) => sum + time, 0);
  return `${((100 * micros) / total).toFixed(1)}%`;
}
