/**
 * Measures our SDK against the official one and against what Node costs without any SDK:
 *
 *   npm run bench -- [--quick] [--only PART,PART] [--protocol 6] [--case RE] [--json FILE] [--report]
 *
 * Without options it measures everything; `--report` then writes PERFORMANCE.md and its plots.
 */
import { parseArgs } from "node:util";
import { measureBundles } from "./bundle-size.js";
import { CASE_NAMES, caseNamed, MAIN_CASE_NAMES } from "./cases.js";
import { measureColdStarts } from "./cold-start.js";
import { measureEndToEnd } from "./end-to-end.js";
import { measureCase } from "./http2-cases.js";
import { measureInProcess } from "./in-process.js";
import { measureMemory } from "./memory.js";
import type { Version } from "./messages.js";
import { writeReport } from "./report.js";
import { addResult, factsOf, readResults, resultsFile } from "./results-file.js";
import type { CaseResult, PartData, PartName, ProtocolResult } from "./results.js";
import { renderPart } from "./tables.js";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    protocol: { type: "string", default: "6" },
    case: { type: "string", default: "" },
    json: { type: "string" },
    report: { type: "boolean", default: false },
  },
});

const { quick } = options;
const version = parseVersion(options.protocol);
const wanted = new RegExp(options.case);
const chosenCases = CASE_NAMES.filter((name) => wanted.test(name));

/** Every part, in the order of a full run. */
const PARTS: { readonly [TName in PartName]: () => Promise<PartData[TName]> } = {
  bundles: measureBundles,
  http2: () => measureCases(version, { names: chosenCases }),
  protocols: async () => [
    await measureCases(5, { names: MAIN_CASE_NAMES, mostRounds: 7 }),
    await measureCases(7, { names: MAIN_CASE_NAMES, mostRounds: 7 }),
  ],
  "in-process": () => measureInProcess({ quick, version }),
  "cold-start": () => measureColdStarts({ quick, version }),
  memory: () => measureMemory({ quick, version }),
  "end-to-end": () => measureEndToEnd({ quick }),
};
/** What fits into a minute. */
const QUICK_PARTS: readonly PartName[] = ["bundles", "http2", "in-process", "cold-start"];

const file = options.json ?? resultsFile(options);
for (const name of chosenParts()) {
  // One part that fails does not cost the others, in a run that nobody watches.
  await measurePart(name).catch((error: unknown) => {
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  });
}
console.log(`\nwritten to ${file}`);
if (options.report) await writeReport(readResults(file));
// Services of a part that failed would keep this process waiting; they end with it.
process.exit();

async function measurePart(name: PartName): Promise<void> {
  const started = performance.now();
  process.stderr.write(`${name} ...\n`);
  const facts = factsOf(options);
  const data = await PARTS[name]();
  addResult(file, name, { facts, data });
  console.log(`\n## ${name}\n\n${renderPart(name, data)}`);
  process.stderr.write(`${name} took ${Math.round((performance.now() - started) / 1_000)} s\n`);
}

async function measureCases(
  protocol: Version,
  { names, mostRounds = Infinity }: { names: readonly string[]; mostRounds?: number },
): Promise<ProtocolResult> {
  const cases: CaseResult[] = [];
  for (const name of names) {
    const benchCase = caseNamed(name, protocol);
    const effort = quick ? benchCase.quick : benchCase.full;
    if (effort === undefined) continue;
    const rounds = Math.min(effort.rounds, mostRounds);
    process.stderr.write(`  ${name}, V${protocol}\n`);
    cases.push(await measureCase(benchCase, protocol, { ...effort, rounds }));
  }
  return { protocol, cases };
}

function chosenParts(): readonly PartName[] {
  if (options.only === undefined) return quick ? QUICK_PARTS : (Object.keys(PARTS) as PartName[]);
  return options.only.split(",").map((name) => {
    if (name in PARTS) return name as PartName;
    throw new Error(
      `--only ${name}: there is no such part. Take of ${Object.keys(PARTS).join(", ")}.`,
    );
  });
}

function parseVersion(text: string): Version {
  const number = Number(text);
  if (number === 5 || number === 6 || number === 7) return number;
  throw new Error(`--protocol ${text}: take 5, 6 or 7.`);
}
