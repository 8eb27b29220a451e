/** The official SDK and ours do the same, and either finishes what the other began. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SdkName } from "./host.js";
import { handovers, runCheck, sideBySide, subjects, type Check, type Extent } from "./matrix.js";
import { MUTANTS, withMutant } from "./mutants.js";
import { PROGRAMS } from "./programs/all.js";
import { describeFinding } from "./report.js";
import { startSdk, type SdkProcess } from "./sdk-process.js";

/** `DIFFERENTIAL=full` runs every scenario; `DIFFERENTIAL_RIGHT=official` tests the harness against itself. */
const extent: Extent = process.env["DIFFERENTIAL"] === "full" ? "full" : "quick";
const rightName = (process.env["DIFFERENTIAL_RIGHT"] ?? "ours") as SdkName;

let left: SdkProcess;
let right: SdkProcess;

beforeAll(async () => {
  [left, right] = await Promise.all([startSdk("official"), startSdk(rightName)]);
});

afterAll(async () => {
  await Promise.all([left, right].map((sdk) => sdk.stop()));
});

describe("the same scenario on both SDKs gives the same journal, outcome and effects", () => {
  it.each(PROGRAMS.map(({ name }) => name))("%s", async (name) => {
    const checks = await collect(name, (subject) => sideBySide(subject, { left, right }, extent));
    expect(await findings(checks)).toEqual([]);
  });
});

describe("an invocation may change from one SDK to the other at any attempt", () => {
  const portable = PROGRAMS.filter(({ name }) => !name.startsWith("Native"));
  it.each(portable.map(({ name }) => name))("%s", async (name) => {
    const checks = await collect(name, async (subject) => [
      ...(await handovers(subject, left, right, extent)),
      ...(await handovers(subject, right, left, extent)),
    ]);
    expect(await findings(checks)).toEqual([]);
  });
});

describe("the comparison notices an SDK that", () => {
  it.each(MUTANTS)("$name", async (mutant) => {
    const wrong = { ...left, transport: withMutant(left.transport, mutant) };
    let found = 0;
    for (const subject of subjects({ program: mutant.programs })) {
      for (const check of await sideBySide(subject, { left, right: wrong }, "quick")) {
        found += (await runCheck(check)).differences.length;
      }
      if (found > 0) break;
    }
    expect(found).toBeGreaterThan(0);
  });
});

async function collect(
  program: string,
  checksOf: (subject: ReturnType<typeof subjects>[number]) => Promise<Check[]>,
): Promise<Check[]> {
  const all = await Promise.all(subjects({ program: new RegExp(`^${program}$`) }).map(checksOf));
  return all.flat();
}

async function findings(checks: readonly Check[]): Promise<string[]> {
  const found: string[] = [];
  for (const check of checks) {
    const finding = await runCheck(check);
    if (finding.differences.length > 0) found.push(describeFinding(finding));
  }
  return found;
}
