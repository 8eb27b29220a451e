/** The most urgent goes first, never too many are in flight, and no place is lost, whatever comes at once or dies. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Effects,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { films } from "../src/films.js";
import { priorityQueue, type Overview } from "../src/priority-queue.js";

const services = [priorityQueue, films];
const queueOf = (env: TestEnvironment) => env.call(priorityQueue, "farm");
const order = (film: string, priority: number) => ({ queue: "farm", film, priority, millis: 0 });
const render = (env: TestEnvironment, film: string, priority: number) =>
  env.call(films).render(order(film, priority));

/** Films go into the queue while it is closed; then it opens. */
const premiere: Scenario = {
  services,
  run: async (env, effects: Effects | undefined) => {
    const done: string[] = [];
    env.mockRun("render", ({ invocationId }) => {
      const { inFlight } = env.stateOf<Overview>(priorityQueue, "farm").getAll();
      expect(inFlight?.length).toBeLessThanOrEqual(2);
      effects?.record("render", { key: invocationId });
    });
    await queueOf(env).resize(0);
    const priorities = [3, 1, 2, 1, 3];
    const all = priorities.map((priority, i) =>
      render(env, `film ${i}`, priority).then(() => done.push(String(priority))),
    );
    await env.atRest();
    const { waiting } = await queueOf(env).overview();
    expect(waiting.map(({ priority }) => priority)).toEqual([1, 1, 2, 3, 3]);
    await queueOf(env).resize(2);
    await Promise.all(all);
    await env.atRest();
    expect(await queueOf(env).overview()).toEqual({ inFlight: [], waiting: [] });
    return done.length;
  },
};

test("the most urgent is at the head, and among equals the first", async () => {
  await using env = await createTestEnvironment({ services });
  await queueOf(env).resize(0);
  const jobs = [order("a", 2), order("b", 1), order("c", 2), order("d", 1)];
  for (const job of jobs) {
    env.send(films).render(job);
    await env.atRest();
  }
  const { waiting } = await queueOf(env).overview();
  expect(waiting.map(({ name }) => name)).toEqual(["b", "d", "a", "c"]);
});

test("one after the other, they are rendered in that order", async () => {
  await using env = await createTestEnvironment({ services, checks: { keyHeldFor: 1 } });
  const { executions } = env.mockRun("render", () => undefined);
  await queueOf(env).resize(0);
  const jobs = [3, 1, 2].map((priority) => env.send(films).render(order("film", priority)));
  await env.atRest();
  await queueOf(env).resize(1);
  await Promise.all(jobs.map((job) => job.result()));
  const [third, first, second] = jobs.map(({ id }) => id);
  expect(executions.map(({ invocationId }) => invocationId)).toEqual([first, second, third]);
});

test("two at a time, and the next one as soon as one is done", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const running: (() => void)[] = [];
  const { executions } = env.mockRun("render", () => new Promise<void>((end) => running.push(end)));
  const somewhatLater = () => env.clock.advance({ minutes: 1 }, { whileBusy: true });
  await queueOf(env).resize(2);
  const jobs = [1, 1, 1, 1].map((priority) => env.send(films).render(order("film", priority)));
  for (const started of [2, 3, 4]) {
    await somewhatLater();
    expect(executions).toHaveLength(started);
    running.shift()?.();
  }
  for (const end of running) end();
  await Promise.all(jobs.map((job) => job.result()));
});

test("in every order, the queue is sorted, never too full, and empty in the end", async () => {
  await exploreSchedules(premiere, { runs: 60 });
});

test("wherever the process dies, the queue is never too full, and empty in the end", async () => {
  const { repeatedRuns } = await exploreCrashes(premiere, { maxPoints: 80, compare: ["effects"] });
  expect(new Set(repeatedRuns.map(({ run }) => run))).toEqual(new Set(["render"]));
});

test("a job that waits can be moved, one that runs cannot", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  let finish = () => {};
  env.mockRun("render", () => new Promise<void>((resolve) => (finish = resolve)));
  for (const film of ["first", "a", "b"]) {
    env.send(films).render(order(film, 2));
    await env.clock.advance(1, { whileBusy: true });
  }
  expect(await queueOf(env).move({ name: "first", priority: 1 })).toBe(false);
  expect(await queueOf(env).move({ name: "b", priority: 1 })).toBe(true);
  const { waiting } = await queueOf(env).overview();
  expect(waiting.map(({ name }) => name)).toEqual(["b", "a"]);
  finish();
});

test("who is cancelled leaves its place to another one, at whatever moment", async () => {
  await exploreCancellations(
    {
      services,
      run: async (env) => {
        env.mockRun("render", () => undefined);
        await Promise.allSettled([1, 2, 3].map((priority) => render(env, "film", priority)));
      },
    },
    {
      after: async ({ env }) => {
        await env.atRest();
        const state = env.stateOf(priorityQueue, "farm").getAll();
        expect(state).toEqual({ inFlight: [], waiting: [] });
      },
    },
  );
});

test("there is no half place", async () => {
  await using env = await createTestEnvironment({ services });
  await expect(queueOf(env).resize(1.5)).rejects.toMatchObject({ code: 400 });
});
