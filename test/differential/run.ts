/**
 * Compares the SDKs from the command line:
 *
 *   npx tsx test/differential/run.ts [--left official] [--right ours] [--full] [--handover] [--own-node]
 *     [--program RE] [--case RE] [--version N] [--state MODE] [--scenario RE] [--show]
 */
import { parseArgs } from "node:util";
import type { SdkName } from "./host.js";
import { handovers, runCheck, sideBySide, subjects, type Check } from "./matrix.js";
import type { Subject } from "./observe.js";
import { describeCheck, describeFinding } from "./report.js";
import { startSdk, type SdkProcess } from "./sdk-process.js";

const AT_ONCE = 4;

const { values: options } = parseArgs({
  options: {
    left: { type: "string", default: "official" },
    right: { type: "string", default: "ours" },
    "own-node": { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    handover: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    program: { type: "string" },
    case: { type: "string" },
    version: { type: "string" },
    state: { type: "string" },
    scenario: { type: "string" },
  },
});

const extent = options.full ? "full" : "quick";
const left = await startSdk(options.left as SdkName);
const right = await startSdk(options.right as SdkName, {
  node: options["own-node"] && options.right === "ours" ? "own" : "22",
});
const found = { checks: 0, differing: 0, known: new Map<string, number>() };
const queue = subjects({
  ...(options.program !== undefined && { program: new RegExp(options.program) }),
  ...(options.case !== undefined && { case: new RegExp(options.case) }),
}).filter(
  ({ version, stateMode }) =>
    (options.version === undefined || String(version) === options.version) &&
    (options.state === undefined || stateMode === options.state),
);
await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
const known = [...found.known].map(([id, count]) => `${id} ${count}`).join(", ") || "none";
console.log(
  `${found.checks} checks, ${found.differing} with findings; known differences: ${known}`,
);
await Promise.all([left.stop(), right.stop()]);
process.exitCode = found.differing > 0 ? 1 : 0;

async function work(subjectQueue: Subject[]): Promise<void> {
  for (let subject = subjectQueue.shift(); subject; subject = subjectQueue.shift()) {
    for (const check of await checksFor(subject)) {
      if (
        options.scenario !== undefined &&
        !new RegExp(options.scenario).test(check.scenario.name)
      ) {
        continue;
      }
      await judge(check);
    }
  }
}

async function checksFor(subject: Subject): Promise<Check[]> {
  if (!options.handover) return sideBySide(subject, { left, right }, extent);
  const pairs: [SdkProcess, SdkProcess][] = [
    [left, right],
    [right, left],
  ];
  return (
    await Promise.all(pairs.map(([from, to]) => handovers(subject, from, to, extent)))
  ).flat();
}

async function judge(check: Check): Promise<void> {
  const finding = await runCheck(check);
  found.checks++;
  for (const id of finding.known) found.known.set(id, (found.known.get(id) ?? 0) + 1);
  if (options.show) {
    console.log(
      describeCheck(check),
      JSON.stringify({ left: finding.left, right: finding.right }, null, 2),
    );
  }
  if (finding.differences.length === 0) return;
  found.differing++;
  console.log(describeFinding(finding));
}
