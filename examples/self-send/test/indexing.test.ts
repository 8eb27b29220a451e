/** All pages are indexed, and in between there is time for others, whatever the order and whatever dies. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { indexing } from "../src/indexing.js";
import { searchIndex } from "../src/search-index.js";

const services = [indexing];
const docs = (env: TestEnvironment) => env.call(indexing, "docs");
const rest = { minutes: 1 };

beforeEach(() => searchIndex.reset());

test("a job goes on by itself, step by step", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await docs(env).start({ pages: 3, rest });
  await env.atRest();
  expect(await docs(env).progress()).toEqual({ status: "running", done: 1 });
  await env.clock.advance({ minutes: 5 });
  expect(await docs(env).progress()).toEqual({ status: "idle", done: 3 });
  expect(searchIndex.pagesOf("docs")).toEqual([1, 2, 3]);
});

test("it pauses between two steps, and resumes where it was", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await docs(env).start({ pages: 3, rest });
  await env.atRest();
  expect(await docs(env).pause()).toEqual({ status: "paused", done: 1 });
  await env.clock.advance({ hours: 1 });
  expect(await docs(env).progress()).toEqual({ status: "paused", done: 1 });
  await docs(env).resume();
  await env.clock.advance({ minutes: 5 });
  expect(await docs(env).progress()).toEqual({ status: "idle", done: 3 });
});

test("one job at a time", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  env.mockRun("index a page", () => undefined);
  await docs(env).start({ pages: 3, rest });
  await expect(docs(env).start({ pages: 1 })).rejects.toMatchObject({ code: 409 });
  await env.clock.advance({ minutes: 5 });
  await docs(env).start({ pages: 1 });
  await env.atRest();
  expect(await docs(env).progress()).toEqual({ status: "idle", done: 1 });
});

test("who resumes before the old message has come does not make it go twice as fast", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  env.mockRun("index a page", () => undefined);
  await docs(env).start({ pages: 10, rest });
  await env.atRest();
  await docs(env).pause();
  await docs(env).resume();
  await env.atRest();
  expect(await docs(env).progress()).toMatchObject({ done: 2 });
  await env.clock.advance({ minutes: 2 });
  expect(await docs(env).progress()).toMatchObject({ done: 4 });
});

test("a page waits for the search engine, and is not skipped", async () => {
  await using env = await createTestEnvironment({ services });
  await docs(env).start({ pages: 5 });
  while ((await docs(env).progress()).status === "running") await env.clock.advance(100);
  expect(searchIndex.pagesOf("docs")).toEqual([1, 2, 3, 4, 5]);
});

/** Five pages, while somebody pauses and resumes. */
const disturbed: Scenario = {
  services,
  run: async (env, effects) => {
    env.mockRun("index a page", ({ invocationId }) => {
      effects.record("index a page", { key: invocationId });
    });
    await docs(env).start({ pages: 5 });
    const [paused, resumed] = await Promise.all([docs(env).pause(), docs(env).resume()]);
    await env.atRest();
    expect(resumed.done).toBeGreaterThanOrEqual(paused.done);
    expect(effects.count("index a page")).toBe(5);
    return docs(env).progress();
  },
};

test("every page is indexed once, in every order", async () => {
  await exploreSchedules(disturbed);
});

test("every page is indexed once, wherever the process dies", async () => {
  const { repeatedRuns } = await exploreCrashes(disturbed, { compare: ["result"] });
  expect(new Set(repeatedRuns.map(({ run }) => run))).toEqual(new Set(["index a page"]));
});
