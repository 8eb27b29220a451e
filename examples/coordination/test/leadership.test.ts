/** Never two leaders of one term, and soon another one when the leader is silent. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { leadership } from "../src/leadership.js";

const services = [leadership];
const group = (env: TestEnvironment) => env.call(leadership, "workers");
const campaign = (env: TestEnvironment, candidate: string) =>
  group(env).campaign({ candidate, lease: { seconds: 10 } });

test("a leader stays one as long as it asks, then the next one leads a new term", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  for (let i = 0; i < 5; i++) {
    expect(await campaign(env, "a")).toEqual({ candidate: "a", term: 1 });
    expect(await campaign(env, "b")).toEqual({ candidate: "a", term: 1 });
    await env.clock.advance({ seconds: 9 });
  }
  await env.clock.advance({ seconds: 1 });
  expect(await group(env).leader()).toBe(null);
  expect(await campaign(env, "b")).toEqual({ candidate: "b", term: 2 });
  expect(await campaign(env, "a")).toEqual({ candidate: "b", term: 2 });
});

test("a leader that resigns makes room at once, and nobody resigns for it", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await campaign(env, "a");
  await group(env).resign("b");
  expect(await group(env).leader()).toEqual({ candidate: "a", term: 1 });
  await group(env).resign("a");
  expect(await campaign(env, "b")).toEqual({ candidate: "b", term: 2 });
  await env.clock.advance({ seconds: 9 });
  expect(await campaign(env, "b")).toEqual({ candidate: "b", term: 2 });
  // The lease of the first leader would have run out by now.
  await env.clock.advance({ seconds: 2 });
  expect(await group(env).leader()).toEqual({ candidate: "b", term: 2 });
});

/** Three candidates that ask every few seconds; the first leader stops to ask. */
async function elect(env: TestEnvironment): Promise<string[]> {
  const candidates = ["a", "b", "c"];
  const terms = new Map<number, string>();
  for (let round = 0; round < 8; round++) {
    const asking = round < 4 ? candidates : candidates.filter((name) => name !== terms.get(1));
    for (const leader of await Promise.all(asking.map((name) => campaign(env, name)))) {
      expect(terms.get(leader.term) ?? leader.candidate).toBe(leader.candidate);
      terms.set(leader.term, leader.candidate);
    }
    await env.clock.advance({ seconds: 4 });
  }
  return [...terms.values()];
}

test("there is one leader a term, and as few terms as can be, in every order", async () => {
  await exploreSchedules({
    services,
    clock: "manual",
    run: async (env) => {
      expect(await elect(env)).toHaveLength(2);
    },
  });
});

test("there is one leader a term wherever the process dies", async () => {
  await exploreCrashes({ services, clock: "manual", run: elect }, { maxPoints: 60 });
});
