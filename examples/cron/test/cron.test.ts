/** Jobs over hours and days of virtual time: pauses, changes, outages, and processes that die. */
import type { HooksProvider } from "@restatedev/restate-sdk";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import {
  createTestEnvironment,
  exploreCrashes,
  type TestEnvironment,
  type TestEnvironmentOptions,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { cron } from "../src/cron.js";
import type { Job } from "../src/job.js";
import { digests } from "../src/digests.js";
import { cronRunner } from "../src/runner.js";

const hourly: Job = {
  schedule: "0 * * * *",
  target: { service: "Digests", handler: "build", key: "sales" },
};
const catchingUp: Job = { ...hourly, missedRuns: "catch up once" };

const start = (options: TestEnvironmentOptions = { services: [cron, cronRunner, digests] }) =>
  createTestEnvironment({ startAt: Date.parse("2026-03-02T09:30:00Z"), ...options });

/** For which hours of the day there is a digest. */
const hoursOf = async (env: TestEnvironment) =>
  (await env.call(digests, "sales").list()).map((dueAt) => Number(dueAt.slice(11, 13)));

test("a job runs at every time of its schedule", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(hourly);
  await env.clock.advance({ hours: 3 });
  expect(await hoursOf(env)).toEqual([10, 11, 12]);
  expect(await env.call(cron, "sales").status()).toEqual({
    job: hourly,
    isPaused: false,
    nextRun: "2026-03-02T13:00:00.000Z",
    runs: 3,
  });
});

test("a paused job leaves out what is due meanwhile, and goes on with the next", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(hourly);
  await env.clock.advance({ hours: 1 });
  await env.call(cron, "sales").pause();
  await env.clock.advance({ hours: 3 });
  await env.call(cron, "sales").resume();
  await env.clock.advance({ hours: 1 });
  expect(await hoursOf(env)).toEqual([10, 14]);
});

test("or makes up for it once", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(catchingUp);
  await env.clock.advance({ hours: 1 });
  await env.call(cron, "sales").pause();
  await env.clock.advance({ hours: 3 });
  await env.call(cron, "sales").resume();
  expect(await hoursOf(env)).toEqual([10, 11]);
  await env.clock.advance({ hours: 1 });
  expect(await hoursOf(env)).toEqual([10, 11, 14]);
});

test("pausing and resuming between two runs neither loses nor doubles one", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(catchingUp);
  for (let times = 0; times < 3; times++) {
    await env.call(cron, "sales").pause();
    await env.call(cron, "sales").resume();
    await env.call(cron, "sales").resume();
  }
  await env.clock.advance({ hours: 2 });
  expect(await hoursOf(env)).toEqual([10, 11]);
});

test("a changed schedule replaces the one before", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(hourly);
  await env.call(cron, "sales").schedule({ ...hourly, schedule: "45 */2 * * *" });
  await env.clock.advance({ hours: 4 });
  expect(await env.call(digests, "sales").list()).toEqual([
    "2026-03-02T10:45:00.000Z",
    "2026-03-02T12:45:00.000Z",
  ]);
});

test("a cancelled job is gone, and its last tick does not fit a new one of the same name", async () => {
  await using env = await start();
  await env.call(cron, "sales").schedule(hourly);
  await env.call(cron, "sales").cancel();
  await expect(env.call(cron, "sales").status()).rejects.toMatchObject({ code: 404 });
  await env.call(cron, "sales").schedule(hourly);
  await env.clock.advance({ hours: 2 });
  expect(await hoursOf(env)).toEqual([10, 11]);
});

test.each([
  [hourly, [10, 14]],
  [catchingUp, [10, 11, 14]],
])("after an outage from 10:15 to 13:15, %j has run at %j", async (job, expected) => {
  let isUp = true;
  const failWhileDown: HooksProvider = () => ({
    interceptor: {
      handler: async (next) => {
        if (!isUp) throw new Error("no connection");
        await next();
      },
    },
  });
  await using env = await start({
    services: [cron, cronRunner, digests],
    defaultServiceOptions: { hooks: [failWhileDown] },
  });
  await env.call(cron, "sales").schedule(job);
  await env.clock.advance({ minutes: 45 });
  isUp = false;
  await env.clock.advance({ hours: 3 });
  isUp = true;
  await env.clock.advance({ hours: 1 });
  expect(await hoursOf(env)).toEqual(expected);
});

test("a service whose clock is behind that of the server runs nothing twice", async () => {
  // Time behind a fetch handler is real, and stands still compared to that of the environment.
  const fetch = createEndpointHandler({
    services: [cron, cronRunner, digests],
    logger: () => undefined,
  });
  await using env = await start({ deployments: [{ fetch }] });
  await env.call(cron, "sales").schedule(hourly);
  await env.clock.advance({ days: 2 });
  const dueTimes = await env.call(digests, "sales").list();
  expect(dueTimes.length).toBeGreaterThan(3);
  expect(new Set(dueTimes).size).toBe(dueTimes.length);
});

test("a schedule that makes no sense is refused", async () => {
  await using env = await start();
  const scheduling = env.call(cron, "sales").schedule({ ...hourly, schedule: "0 25 * * *" });
  await expect(scheduling).rejects.toMatchObject({ code: 400 });
});

test("a crash at any moment neither loses a run nor makes one twice", async () => {
  const { points } = await exploreCrashes({
    services: [cron, cronRunner, digests],
    startAt: Date.parse("2026-03-02T09:30:00Z"),
    run: async (env) => {
      await env.call(cron, "sales").schedule(catchingUp);
      await env.clock.advance({ hours: 2 });
      await env.call(cron, "sales").pause();
      await env.clock.advance({ hours: 2 });
      await env.call(cron, "sales").resume();
      await env.atRest();
      const hours = await hoursOf(env);
      await env.call(cron, "sales").cancel();
      return hours;
    },
  });
  expect(points.length).toBeGreaterThan(100);
});
