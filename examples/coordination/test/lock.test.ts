/** Never two in the lock, never nobody who could be, whatever comes at once, dies, is late, or gives up. */
import * as restate from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, describe, expect, test } from "vitest";
import { lock } from "../src/lock.js";
import { documents, type Addition } from "../src/documents.js";
import { store } from "../src/store.js";

const services = [lock, documents];
const add = (line: string, options: Partial<Addition> = {}): Addition => ({
  document: "plan",
  line,
  takes: { seconds: 10 },
  lease: { minutes: 1 },
  patience: { hours: 1 },
  ...options,
});
const stateOf = (env: TestEnvironment) => env.stateOf(lock, "plan").getAll();
const isFree = { queue: [], token: expect.any(Number) as number };

beforeEach(() => store.reset());

const crowd = (lines: readonly string[]): Scenario => ({
  services,
  run: async (env) => {
    store.reset();
    await Promise.all(lines.map((line) => env.call(documents).add(add(line))));
    await env.atRest();
    expect(stateOf(env)).not.toHaveProperty("holder");
    return [...(await store.read("plan"))].sort();
  },
});

describe("those who add to a document at the same time", () => {
  test("take turns, so no line is lost, in every order", async () => {
    await exploreSchedules(crowd(["a", "b", "c"]), { runs: 60 });
  });

  test("take turns, so no line is lost, wherever the process dies", async () => {
    await exploreCrashes(crowd(["a", "b"]));
  });

  test("take as long as they take one after the other, and the lock itself no time", async () => {
    const checks = { keyHeldFor: 1 };
    await using env = await createTestEnvironment({ services, checks });
    const before = env.clock.now();
    await Promise.all(["a", "b", "c"].map((line) => env.call(documents).add(add(line))));
    expect(env.clock.now() - before).toBe(30_000);
    expect(await store.read("plan")).toEqual(["a", "b", "c"]);
  });
});

test("who is too slow loses the lock, and is refused by what the lock protects", async () => {
  await using env = await createTestEnvironment({ services });
  const slow = env.call(documents).add(add("slow", { takes: { hours: 1 } }));
  const quick = env.call(documents).add(add("quick"));
  await expect(slow).rejects.toMatchObject({ code: 412 });
  await quick;
  expect(await store.read("plan")).toEqual(["quick"]);
});

test("the lock of who was killed goes to the next one when the lease is over", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const killed = env.send(documents).add(add("killed"));
  await env.clock.advance({ seconds: 5 });
  const next = env.send(documents).add(add("next"));
  killed.kill();
  await env.clock.advance({ seconds: 54 });
  expect(next.waitsFor().join()).toContain("awakeable");
  await env.clock.advance({ seconds: 11 });
  await next.result();
  expect(await store.read("plan")).toEqual(["next"]);
});

test("who loses patience leaves the queue", async () => {
  await using env = await createTestEnvironment({ services });
  const first = env.call(documents).add(add("first"));
  const impatient = env.call(documents).add(add("impatient", { patience: { seconds: 5 } }));
  await expect(impatient).rejects.toMatchObject({ code: 408 });
  await Promise.all([first, env.call(documents).add(add("third"))]);
  await env.atRest();
  expect(await store.read("plan")).toEqual(["first", "third"]);
  expect(stateOf(env)).toEqual(isFree);
});

test("who loses patience at the moment of being given the lock does not keep it, in every order", async () => {
  await exploreSchedules({
    services,
    run: async (env) => {
      store.reset();
      const first = env.call(documents).add(add("first"));
      const torn = env.call(documents).add(add("torn", { patience: { seconds: 10 } }));
      await Promise.allSettled([first, torn]);
      await env.atRest();
      expect(stateOf(env)).not.toHaveProperty("holder");
      expect(stateOf(env)).not.toHaveProperty("queue", expect.arrayContaining([expect.anything()]));
    },
  });
});

test("who is cancelled gives back what it had, at whatever moment", async () => {
  await exploreCancellations(
    { services, run: (env) => (store.reset(), env.call(documents).add(add("a"))) },
    {
      after: async ({ env }) => {
        await env.atRest();
        expect(stateOf(env)).not.toHaveProperty("holder");
      },
    },
  );
});

/** Takes the lock and keeps it. */
const keeper = restate.service({
  name: "Keeper",
  handlers: {
    take: async (ctx: restate.Context, lease: restate.Duration): Promise<number> => {
      const { id, promise } = ctx.awakeable<number>();
      ctx.objectSendClient(lock, "plan").acquire({ waiter: id, lease });
      return promise;
    },
  },
});

test("a lease that is renewed in time goes on, and one that has run out does not", async () => {
  await using env = await createTestEnvironment({ services: [lock, keeper], clock: "manual" });
  const plan = env.call(lock, "plan");
  const token = await env.call(keeper).take({ minutes: 1 });
  await env.clock.advance({ seconds: 50 });
  expect(await plan.renew(token)).toBe(true);
  await env.clock.advance({ seconds: 50 });
  expect(await plan.holder()).toBe(token);
  await env.clock.advance({ seconds: 10 });
  expect(await plan.holder()).toBe(null);
  expect(await plan.renew(token)).toBe(false);
  const later = await env.call(keeper).take({ minutes: 1 });
  expect(later).toBeGreaterThan(token);
  expect(await plan.release(token)).toBe(false);
  expect(await plan.release(later)).toBe(true);
});
