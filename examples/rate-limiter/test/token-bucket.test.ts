/** A bucket never gives more than its limit in any stretch of time, and never keeps anybody waiting longer than it must. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { putBack, withdraw, type Bucket, type Limit } from "../src/token-bucket.js";

const limits = fc.record({
  perSecond: fc.integer({ min: 1, max: 50 }),
  burst: fc.integer({ min: 1, max: 20 }),
});
const requests = fc.array(
  fc.record({
    // Some clocks are behind others.
    afterMs: fc.integer({ min: -50, max: 2_000 }),
    tokens: fc.integer({ min: 1, max: 20 }),
    maxWaitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 }), fc.constant(Infinity)),
  }),
  { maxLength: 40 },
);
type Request = typeof requests extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/** When tokens were given, or promised for. */
function grants(limit: Limit, sequence: readonly Request[]) {
  const given: { at: number; tokens: number }[] = [];
  let bucket: Bucket | null = null;
  let now = 0;
  for (const { afterMs, tokens, maxWaitMs } of sequence) {
    now += afterMs;
    const done = withdraw(limit, bucket, { tokens, now, maxWaitMs });
    if (done === undefined) continue;
    expect(done.waitMs).toBeLessThanOrEqual(maxWaitMs);
    bucket = done.bucket;
    given.push({ at: bucket.at + done.waitMs, tokens });
  }
  return given;
}

test("in no stretch of time more tokens are given than the burst and what came in", () => {
  fc.assert(
    fc.property(limits, requests, (limit, sequence) => {
      const given = grants(limit, sequence);
      given.forEach((first, start) => {
        let sum = 0;
        for (const { at, tokens } of given.slice(start)) {
          sum += tokens;
          const allowed = limit.burst + ((at - first.at) / 1_000) * limit.perSecond;
          // Waits are rounded up to whole milliseconds, so two grants may be one closer together than their tokens.
          expect(sum).toBeLessThanOrEqual(allowed + limit.perSecond / 1_000 + 1e-6);
        }
      });
    }),
    { numRuns: 1_000 },
  );
});

test("first come, first served", () => {
  fc.assert(
    fc.property(limits, requests, (limit, sequence) => {
      const times = grants(limit, sequence).map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});

const atTwoASecond = { perSecond: 2, burst: 8 };

test.each([
  ["at once as long as there are tokens", 3, 0, 0],
  ["when they have come in, if there are too few", 4, 0, 500],
  ["at once after a rest", 5, 1_000, 0],
  ["not all of them if the rest was too short", 8, 1_000, 1_500],
])("tokens are there %s", (_, tokens, now, waitMs) => {
  const request = { tokens, now, maxWaitMs: Infinity };
  expect(withdraw(atTwoASecond, { tokens: 3, at: 0 }, request)?.waitMs).toBe(waitMs);
});

test("a long rest brings no more than the burst", () => {
  const request = { tokens: 8, now: 3_600_000, maxWaitMs: 0 };
  const done = withdraw(atTwoASecond, { tokens: 3, at: 0 }, request);
  expect(done?.bucket.tokens).toBe(0);
});

test("more than the burst are never there", () => {
  const request = { tokens: 9, now: 0, maxWaitMs: Infinity };
  expect(withdraw({ perSecond: 1, burst: 8 }, null, request)).toBe(undefined);
});

test("what is put back is there again, up to the burst", () => {
  const limit = { perSecond: 1, burst: 8 };
  expect(putBack(limit, { tokens: -2, at: 5 }, 3)).toEqual({ tokens: 1, at: 5 });
  expect(putBack(limit, { tokens: 7, at: 5 }, 3)).toEqual({ tokens: 8, at: 5 });
});
