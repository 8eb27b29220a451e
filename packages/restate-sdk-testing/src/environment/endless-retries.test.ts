/** Retries without an end, which would keep a test waiting for ever, and those that only look so. */
import * as restate from "@restatedev/restate-sdk";
import { expect, test } from "vitest";
import { createTestEnvironment, fails, mockContext } from "../index.js";

const waitsForEver = restate.service({
  name: "Poller",
  handlers: {
    poll: async (ctx: restate.Context) => {
      await ctx.run("prepare", () => "done");
      throw new restate.RetryableError("not yet", { retryAfter: { minutes: 1 } });
    },
    charge: (ctx: restate.Context) =>
      ctx.run("charge", () => "paid", { maxRetryInterval: { seconds: 1 } }),
    throws: restate.handlers.handler(
      { retryPolicy: { maxInterval: 1_000, maxAttempts: 1_500, onMaxAttempts: "kill" } },
      () => Promise.reject(new Error("a bug")),
    ),
    sleep: (ctx: restate.Context) => ctx.sleep({ days: 1 }),
  },
});
const services = [waitsForEver];
const QUICK = { services, reportStuckAfterMs: 0, endlessAfterAttempts: 50 };

test("an invocation that is retried for ever fails the test, with its last failure and its timeline", async () => {
  await using env = await createTestEnvironment(QUICK);
  const poll = env.send(waitsForEver).poll();
  const error = await poll.result().catch((error: unknown) => error as Error);
  expect(error.message).toMatch(
    /^Poller\/poll \(inv_\w+\) has failed 50 times in a row, the last time with \[500\] not yet\. .*endlessAfterAttempts/,
  );
  expect(error.message).toContain(`
        +0ms attempt 2, replaying 3 entries
             └ failed: [500] not yet
             … 48 more like that
      +49min attempt 51, replaying 3 entries
             └ failed: [500] not yet
  waits for somebody to resume it, after: [500] not yet`);
  expect(poll.status).toBe("paused");
  poll.resume();
  await expect(poll.result()).rejects.toThrow("has failed 50 times in a row");
});

test("so does a run with a policy that ends nothing, whoever waits", async () => {
  await using env = await createTestEnvironment(QUICK);
  env.mockRun("charge", fails(Infinity, new Error("down")));
  env.send(waitsForEver).charge();
  await expect(env.call(waitsForEver).sleep()).rejects.toThrow("Poller/charge");
});

test("mockContext tells of one too", async () => {
  const mock = mockContext({ runs: { charge: new Error("down") } });
  const run = mock.run((ctx: restate.Context) =>
    ctx.run("charge", () => "paid", { maxRetryInterval: { seconds: 1 } }),
  );
  await expect(run).rejects.toThrow(/has failed \d+ times in a row.*Script the run/);
});

test("no false alarm: long retries that end, however many they are", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun("charge", fails(1_500, new Error("down")));
  expect(await env.call(waitsForEver).charge()).toBe("paid");
});

test("no false alarm: a policy that will end it", async () => {
  await using env = await createTestEnvironment(QUICK);
  const bug = env.send(waitsForEver).throws();
  await expect(bug.result()).rejects.toThrow("a bug");
  expect(bug.attempts).toHaveLength(1_500);
});

test("no false alarm: the test moves the clock itself, or wants no alarm", async () => {
  await using env = await createTestEnvironment(QUICK);
  const poll = env.send(waitsForEver).poll();
  await env.clock.advance({ minutes: 200 });
  expect(poll.attempts.length).toBeGreaterThan(200);

  await using patient = await createTestEnvironment({ ...QUICK, endlessAfterAttempts: Infinity });
  patient.send(waitsForEver).poll();
  await patient.call(waitsForEver).sleep();
});
