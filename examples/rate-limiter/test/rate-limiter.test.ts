/** Callers get their turns in time and in no greater number than allowed, in every order, and the limiter itself never waits. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { forecasts } from "../src/forecasts.js";
import { rateLimiter } from "../src/rate-limiter.js";

const services = [rateLimiter, forecasts];
const limiterOf = (env: TestEnvironment) => env.call(rateLimiter, "api");
const ask = (env: TestEnvironment, city: string, maxWaitMs?: number) =>
  env.call(forecasts).of({ city, limiter: "api", ...(maxWaitMs !== undefined && { maxWaitMs }) });

/** When seven requests at once reach an API that takes three at once and two a second. */
const sevenRequests: Scenario = {
  services,
  startAt: 0,
  run: async (env) => {
    const times: number[] = [];
    env.mockRun("ask the API", ({ attempt }) => {
      if (attempt === 1) times.push(env.clock.now());
      return "sunny";
    });
    await limiterOf(env).configure({ perSecond: 2, burst: 3 });
    await Promise.all(Array.from({ length: 7 }, (_, i) => ask(env, `city ${i}`)));
    return times;
  },
};

test("three requests go at once, the others one by one every half second", async () => {
  await using env = await createTestEnvironment({
    services,
    startAt: 0,
    checks: { keyHeldFor: 1 },
  });
  expect(await sevenRequests.run(env, undefined as never)).toEqual([
    0, 0, 0, 500, 1_000, 1_500, 2_000,
  ]);
});

test("that is so in every order", async () => {
  await exploreSchedules(sevenRequests, { runs: 60 });
});

test("that is so wherever the process dies", async () => {
  await exploreCrashes(sevenRequests, { maxPoints: 60, compare: ["result", "state"] });
});

test("a request that has to be repeated takes another token", async () => {
  await using env = await createTestEnvironment({ services, startAt: 0 });
  await limiterOf(env).configure({ perSecond: 2, burst: 1 });
  let failures = 0;
  const request = env.mockRun("ask the API", () => {
    if (failures++ < 2) throw new Error("no connection");
    return "sunny";
  });
  expect(await ask(env, "Rome")).toBe("sunny");
  expect(request.executions).toHaveLength(3);
  expect(env.clock.now()).toBeGreaterThanOrEqual(1_000);
});

test("who has no time is refused, and takes nothing from the others", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual", startAt: 0 });
  env.mockRun("ask the API", () => "sunny");
  await limiterOf(env).configure({ perSecond: 1, burst: 1 });
  await ask(env, "Rome");
  await expect(ask(env, "Oslo", 500)).rejects.toMatchObject({ code: 429 });
  expect(await limiterOf(env).allow(1)).toBe(false);
  await env.clock.advance({ seconds: 1 });
  expect(await limiterOf(env).allow(1)).toBe(true);
});

test("the turn of who is cancelled while it waits goes to another one", async () => {
  await exploreCancellations(
    {
      services,
      startAt: 0,
      run: async (env) => {
        env.mockRun("ask the API", () => "sunny");
        await limiterOf(env).configure({ perSecond: 1, burst: 1 });
        expect(await limiterOf(env).allow(1)).toBe(true);
        await ask(env, "Rome");
      },
    },
    {
      cancels: (target) => target.startsWith("Forecasts/"),
      after: async ({ env, point }) => {
        await env.atRest();
        const [wait] = point.waitsFor;
        if (!wait?.startsWith("a sleep")) return;
        expect(await limiterOf(env).reserve({})).toMatchObject({ waitMs: 1_000 });
      },
    },
  );
});

test("without a limit there are no tokens, and a limit has to make sense", async () => {
  await using env = await createTestEnvironment({ services });
  await expect(limiterOf(env).allow(1)).rejects.toMatchObject({ code: 412 });
  for (const limit of [
    { perSecond: 0, burst: 1 },
    { perSecond: 1, burst: 0 },
  ]) {
    await expect(limiterOf(env).configure(limit)).rejects.toMatchObject({ code: 400 });
  }
  await limiterOf(env).configure({ perSecond: 1, burst: 1 });
  await expect(limiterOf(env).allow(0)).rejects.toMatchObject({ code: 400 });
});
