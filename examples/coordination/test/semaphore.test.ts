/** Never more than the permits in at a time, and never fewer than could be. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { documents, type Printing } from "../src/documents.js";
import { semaphore } from "../src/semaphore.js";

const services = [semaphore, documents];
const page = (options: Partial<Printing> = {}): Printing => ({
  printer: "laser",
  takes: { minutes: 1 },
  lease: { minutes: 5 },
  patience: { hours: 1 },
  ...options,
});
const inUse = (env: TestEnvironment) => env.call(semaphore, "laser").inUse();

/** When each of five pages is done, in minutes, with two permits. */
const fivePages: Scenario = {
  services,
  startAt: 0,
  run: async (env) => {
    await env.call(semaphore, "laser").resize(2);
    const print = async () => {
      await env.call(documents).print(page());
      return env.clock.now() / 60_000;
    };
    const done = await Promise.all(Array.from({ length: 5 }, print));
    await env.atRest();
    expect(await inUse(env)).toBe(0);
    return done.sort();
  },
};

test("with two permits, five pages of a minute take three minutes", async () => {
  await using env = await createTestEnvironment({
    services,
    startAt: 0,
    checks: { keyHeldFor: 1 },
  });
  expect(await fivePages.run(env, undefined as never)).toEqual([1, 1, 2, 2, 3]);
});

test("that is so in every order", async () => {
  await exploreSchedules(fivePages, { runs: 50 });
});

test("that is so wherever the process dies", async () => {
  await exploreCrashes(fivePages, { maxPoints: 40, compare: ["result"] });
});

test("the permit of who was killed is given to another one when its lease is over", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const killed = env.send(documents).print(page());
  await env.atRest();
  killed.kill();
  const next = env.send(documents).print(page());
  await env.clock.advance({ minutes: 4 });
  expect(await inUse(env)).toBe(1);
  await env.clock.advance({ minutes: 2 });
  await next.result();
  expect(await inUse(env)).toBe(0);
});

test("more permits let in who waits, fewer let nobody in until they are reached", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const pages = Array.from({ length: 4 }, () => env.send(documents).print(page()));
  await env.atRest();
  expect(await inUse(env)).toBe(1);
  await env.call(semaphore, "laser").resize(3);
  expect(await inUse(env)).toBe(3);
  await env.call(semaphore, "laser").resize(1);
  await env.clock.advance({ minutes: 1 });
  expect(await inUse(env)).toBe(1);
  await env.clock.advance({ minutes: 1 });
  await Promise.all(pages.map((each) => each.result()));
});

test("who loses patience, or is cancelled, leaves no permit behind", async () => {
  await exploreCancellations(
    {
      services,
      run: async (env) => {
        const impatient = page({ patience: { seconds: 30 } });
        const pages = [page(), impatient, page()].map((each) => env.call(documents).print(each));
        await Promise.allSettled(pages);
      },
    },
    {
      after: async ({ env }) => {
        await env.atRest();
        expect(env.stateOf(semaphore, "laser").getAll()).toMatchObject({ held: [], queue: [] });
      },
    },
  );
});

test("there is no half permit", async () => {
  await using env = await createTestEnvironment({ services });
  await expect(env.call(semaphore, "laser").resize(0.5)).rejects.toMatchObject({ code: 400 });
});
