/** Measures cold starts of a bundled Lambda function, each in a fresh process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { checkBody } from "./answers.js";
import { bundleToFile, VARIANTS, type Variant } from "./bundles.js";
import { caseNamed } from "./cases.js";
import type { ColdStartReport } from "./cold-start-child.js";
import { lambdaEvent } from "./doors.js";
import type { Version } from "./messages.js";
import type { ColdStartResult } from "./results.js";
import { NODE } from "./services.js";
import { rotated, spreadOf } from "./statistics.js";

export async function measureColdStarts(options: {
  readonly quick: boolean;
  readonly version: Version;
}): Promise<ColdStartResult> {
  const benchCase = caseNamed("echo", options.version);
  const cannedAnswer = Buffer.concat(benchCase.floor.map(({ send }) => send)).toString("base64");
  const event = JSON.stringify({ ...lambdaEvent(benchCase, options.version), cannedAnswer });
  const bundles = await bundleFunctions();
  const reports: Record<Variant, ColdStartReport[]> = { floor: [], ours: [], official: [] };
  for (let round = 0; round < (options.quick ? 3 : 25); round++) {
    for (const variant of rotated(VARIANTS, round)) {
      const { stdout } = await promisify(execFile)(NODE, [bundles[variant], event]);
      const report = JSON.parse(stdout) as ColdStartReport;
      for (const answer of report.answers) checkBody(benchCase, Buffer.from(answer, "base64"));
      reports[variant].push(report);
    }
  }
  return {
    floor: summarize(reports.floor),
    ours: summarize(reports.ours),
    official: summarize(reports.official),
  };
}

async function bundleFunctions(): Promise<Record<Variant, string>> {
  const bundleFor = (variant: Variant) =>
    bundleToFile({
      entry: "cold-start-child.ts",
      variant,
      alias: { "bench-lambda": variant === "floor" ? "cold-start-floor.ts" : "cold-start-sdk.ts" },
      deployable: true,
    });
  return {
    floor: await bundleFor("floor"),
    ours: await bundleFor("ours"),
    official: await bundleFor("official"),
  };
}

function summarize(reports: readonly ColdStartReport[]): ColdStartResult[Variant] {
  return {
    readyMs: spreadOf(reports.map(({ readyMs }) => readyMs)),
    firstMs: spreadOf(reports.map(({ firstMs }) => firstMs)),
    fiftiethMs: spreadOf(reports.map(({ fiftiethMs }) => fiftiethMs)),
    peakRssBytes: spreadOf(reports.map(({ peakRssBytes }) => peakRssBytes)),
  };
}
