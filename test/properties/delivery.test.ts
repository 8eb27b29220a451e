/** The delivery rule under random programs and schedules. PROPERTY_RUNS and PROPERTY_SEED run more or other cases. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchDetectors } from "./support/detectors.js";
import { FailedCase, runCase, type CaseOptions } from "./support/run-case.js";
import { shrink } from "./support/shrink.js";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 2500);
const SEED = Number(process.env.PROPERTY_SEED ?? 20_251_122);
const timeout = 60_000 + RUNS * 50;

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on("unhandledRejection", noteUnhandled);
});
afterAll(() => {
  process.off("unhandledRejection", noteUnhandled);
  expect(unhandled).toEqual([]);
});

describe("any program, under any schedule of arrivals, crashes and suspensions,", () => {
  it("repeats itself and agrees with the oracle", { timeout }, async () => {
    await holds((seed) => ({ seed }), RUNS);
  });

  it("does so with values that are decoded asynchronously", { timeout }, async () => {
    await holds((seed) => ({ seed, isCodecAsync: true }), RUNS / 2);
  });

  it("does so in a crowd of invocations in one process", { timeout }, async () => {
    const crowd = fc.array(anySeed, { minLength: 20, maxLength: 60 });
    const together = fc.asyncProperty(crowd, async (seeds) => {
      await Promise.all(seeds.map((seed) => runCase({ seed, isCodecAsync: seed % 4 === 0 })));
    });
    await fc.assert(together, { numRuns: Math.ceil(RUNS / 250), seed: SEED, endOnFailure: true });
  });

  it(
    "gives no reason to suspect it of awaiting anything but the context",
    { timeout },
    async () => {
      const detectors = watchDetectors();
      try {
        await holds((seed) => ({ seed, isCodecAsync: seed % 4 === 0 }), RUNS / 5);
        expect(detectors.alarms).toEqual([]);
      } finally {
        detectors.stop();
      }
    },
  );
});

const anySeed = fc.noShrink(fc.nat(0x7fffffff));

/** Programs shrink better than seeds do. */
async function holds(toOptions: (seed: number) => CaseOptions, runs: number): Promise<void> {
  const property = fc.asyncProperty(anySeed, async (seed) => {
    try {
      await runCase(toOptions(seed));
    } catch (error) {
      throw error instanceof FailedCase ? await shrink(error) : error;
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(runs), seed: SEED, endOnFailure: true });
}
