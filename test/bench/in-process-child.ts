/** Invokes a handler in this process, as often as the parent says, and tells what it cost. */
import { createFetchHandler, createLambdaHandler } from "bench-handlers";
import { caseNamed } from "./cases.js";
import { fetchDoor, lambdaDoor } from "./doors.js";
import type { Version } from "./messages.js";

export interface InProcessReport {
  readonly cpuMicros: number;
  readonly wallMicros: number;
  /** Each different answer once, in base64. */
  readonly answers: readonly string[];
}

const [doorName, caseName = "", versionText] = process.argv.slice(2);
const version = Number(versionText) as Version;
const benchCase = caseNamed(caseName, version);
const door =
  doorName === "fetch"
    ? fetchDoor(createFetchHandler(benchCase, version), benchCase, version)
    : lambdaDoor(createLambdaHandler(benchCase, version), benchCase, version);

process.on("message", (invocations: number) => void run(invocations));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

async function run(invocations: number): Promise<void> {
  const answers: Uint8Array[] = [];
  const started = performance.now();
  const before = process.cpuUsage();
  for (let count = 0; count < invocations; count++) answers.push(await door());
  const { user, system } = process.cpuUsage(before);
  const report: InProcessReport = {
    cpuMicros: (user + system) / invocations,
    wallMicros: ((performance.now() - started) * 1_000) / invocations,
    answers: [...new Set(answers.map((answer) => Buffer.from(answer).toString("base64")))],
  };
  process.send?.(report);
}
