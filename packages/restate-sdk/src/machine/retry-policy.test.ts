import { describe, expect, test } from "vitest";
import { start } from "./messages.fixture.js";
import { decideRetry, retryProgress, type RunRetryPolicy } from "./retry-policy.js";

const fixed = (bounds: RunRetryPolicy): RunRetryPolicy => ({ initialDelayMs: 100, ...bounds });
const exponential = (bounds: RunRetryPolicy): RunRetryPolicy => fixed({ factor: 2, ...bounds });
const retry = (nextRetryDelayMs: number | undefined) => ({ behavior: "retry", nextRetryDelayMs });

describe("a failed run", () => {
  test("is retried for ever, when the server likes, without a policy", () => {
    const progress = { attempts: 1_000, elapsedMs: 1e9 };
    expect(decideRetry({}, progress)).toEqual(retry(undefined));
  });

  test("pauses when the error asks for it", () => {
    const progress = { attempts: 1_000, elapsedMs: 1e9 };
    expect(decideRetry({ pauses: true }, progress)).toEqual({ behavior: "pause" });
  });

  test("is retried after the fixed delay, or when the server likes", () => {
    const progress = { attempts: 1_000, elapsedMs: 1e9 };
    expect(decideRetry(fixed({}), progress)).toEqual(retry(100));
    expect(decideRetry(fixed({ initialDelayMs: undefined }), progress)).toEqual(retry(undefined));
  });

  test.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [11, 102_400],
  ])("attempt %i is followed by an exponential delay of %i ms", (attempts, delay) => {
    expect(decideRetry(exponential({}), { attempts, elapsedMs: 0 })).toEqual(retry(delay));
  });

  test("delays do not grow beyond the longest", () => {
    const policy = exponential({ maxDelayMs: 500 });
    const delayAfter = (attempts: number) => decideRetry(policy, { attempts, elapsedMs: 0 });
    expect([delayAfter(3), delayAfter(4), delayAfter(5_000)]).toEqual([
      retry(400),
      retry(500),
      retry(500),
    ]);
  });

  test("delays are whole, finite milliseconds", () => {
    const policy = exponential({ initialDelayMs: 33, factor: 1.1 });
    expect(decideRetry(policy, { attempts: 2, elapsedMs: 0 })).toEqual(retry(36));
    const late = decideRetry(exponential({}), { attempts: 5_000, elapsedMs: 0 });
    expect(late?.nextRetryDelayMs).toSatisfy(Number.isSafeInteger);
  });

  test.each([fixed, exponential])("gives up with the last attempt", (policy) => {
    const decide = (maxAttempts: number, attempts: number) =>
      decideRetry(policy({ maxAttempts }), { attempts, elapsedMs: 0 })?.behavior;
    expect([decide(3, 2), decide(3, 3), decide(3, 4)]).toEqual(["retry", undefined, undefined]);
    expect([decide(1, 1), decide(0, 1)]).toEqual([undefined, undefined]);
  });

  test.each([fixed, exponential])("gives up when the time is over", (policy) => {
    const decide = (maxDurationMs: number, elapsedMs: number) =>
      decideRetry(policy({ maxDurationMs }), { attempts: 1, elapsedMs })?.behavior;
    expect([decide(100, 99), decide(100, 100), decide(0, 0)]).toEqual([
      "retry",
      undefined,
      undefined,
    ]);
  });

  test("gives up at the bound that is reached first", () => {
    const policy = exponential({ maxAttempts: 10, maxDurationMs: 1_000 });
    expect(decideRetry(policy, { attempts: 10, elapsedMs: 5 })).toBeUndefined();
    expect(decideRetry(policy, { attempts: 2, elapsedMs: 1_000 })).toBeUndefined();
    expect(decideRetry(policy, { attempts: 9, elapsedMs: 999 })?.behavior).toBe("retry");
  });
});

describe("the progress of a run's retries", () => {
  const retried = start({
    retryCountSinceLastStoredEntry: 4,
    durationSinceLastStoredEntry: 1_000,
  });

  test("continues where the server has counted", () => {
    expect(retryProgress(retried, false, 7)).toEqual({ attempts: 5, elapsedMs: 1_007 });
  });

  test("begins anew when the attempt has added commands: the count speaks of another one", () => {
    expect(retryProgress(retried, true, 7)).toEqual({ attempts: 1, elapsedMs: 7 });
  });

  test("does not count the time before the first try", () => {
    const resumed = start({ durationSinceLastStoredEntry: 86_400_000 });
    expect(retryProgress(resumed, false, 7)).toEqual({ attempts: 1, elapsedMs: 7 });
  });
});
