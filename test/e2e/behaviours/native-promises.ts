/** Plain async code around durable promises: native combinators, branches, detached callbacks. All of it replays. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import { beyondOfficial, type Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const executions = new Tally();
const attempts = new Tally();

const work = restate.service({
  name: "Work",
  handlers: {
    later: async (ctx: restate.Context, { ms, value }: { ms: number; value: string }) => {
      await ctx.sleep(ms);
      return value;
    },
  },
});

/** A branch of several steps of different kinds, as a user would write a helper function. */
async function branch(ctx: restate.Context, name: string, ms: number): Promise<string> {
  const first = await ctx.run(`${name} 1`, () => `${name}1`);
  await ctx.sleep(ms);
  const second = await ctx.serviceClient(work).later({ ms: 1, value: `${name}2` });
  const third = await ctx.run(`${name} 3`, () => `${name}3`);
  return [first, second, third].join(" ");
}

const native = restate.service({
  name: "Native",
  handlers: {
    allBranches: async (ctx: restate.Context) =>
      Promise.all([branch(ctx, "a", 30), branch(ctx, "b", 1), branch(ctx, "c", 15)]),

    allRuns: async (ctx: restate.Context, key: string) =>
      Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          ctx.run(`run ${i}`, async () => {
            await new Promise((resolve) => setTimeout(resolve, (10 - i) * 2));
            executions.hit(key);
            return i;
          }),
        ),
      ),

    raceBranches: async (ctx: restate.Context) => {
      const gate = ctx.awakeable();
      const slow = gate.promise.then(() => branch(ctx, "slow", 1));
      const winner = await Promise.race([slow, branch(ctx, "fast", 1)]);
      ctx.resolveAwakeable(gate.id);
      return [winner, await slow];
    },

    settledBranches: async (ctx: restate.Context) => {
      const broken = async (): Promise<string> => {
        await ctx.sleep(1);
        throw new restate.TerminalError("broken branch");
      };
      const outcomes = await Promise.allSettled([branch(ctx, "ok", 1), broken()]);
      return outcomes.map((outcome) =>
        outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error).message,
      );
    },

    detached: async (ctx: restate.Context) => {
      const seen: string[] = [];
      let report = (): void => undefined;
      const allSeen = new Promise<void>((resolve) => (report = resolve));
      const see = (what: string): void => {
        seen.push(what);
        if (seen.length === 4) report();
      };
      const awakeable = ctx.awakeable<string>();
      void ctx.sleep(20).then(() => see("timer"));
      void ctx.serviceClient(work).later({ ms: 1, value: "call" }).then(see);
      void awakeable.promise.then(see);
      see(await ctx.run(() => "step"));
      ctx.resolveAwakeable(awakeable.id, "awakeable");
      await allSeen;
      return seen.sort();
    },

    /** Branches that share a variable: their interleaving is part of the result. */
    interleaved: async (ctx: restate.Context, key: string) => {
      const trace: string[] = [];
      const step = async (name: string, delays: number[]): Promise<void> => {
        for (const delay of delays) {
          await ctx.sleep(delay);
          trace.push(name);
          await ctx.run(`${name} after ${trace.length}`, () => executions.hit(key));
        }
      };
      await Promise.all([step("x", [5, 20, 5]), step("y", [10, 5, 10]), step("z", [1, 1, 30])]);
      if (attempts.hit(key) < 3) throw new Error("the same interleaving, please");
      return { trace, executed: executions.count(key) };
    },

    asyncIteration: async (ctx: restate.Context) => {
      async function* pages(): AsyncGenerator<string> {
        for (let page = 0; page < 3; page++) {
          yield await ctx.serviceClient(work).later({ ms: 1, value: `page ${page}` });
        }
      }
      const received: string[] = [];
      for await (const page of pages()) received.push(await ctx.run(() => page));
      return received;
    },

    mixed: async (ctx: restate.Context) => {
      const durable = restate.RestatePromise.all([ctx.run(() => 1), ctx.sleep(1).map(() => 2)]);
      const plain = (async () => (await ctx.run(() => 3)) + 1)();
      return Promise.all([durable, plain, Promise.resolve(5)]);
    },

    semaphore: async (ctx: restate.Context) => {
      const waiting: (() => void)[] = [];
      let free = 2;
      let highest = 0;
      const limited = async (index: number): Promise<number> => {
        if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
        else free--;
        highest = Math.max(highest, 2 - free);
        await ctx.sleep(5);
        const next = waiting.shift();
        if (next) next();
        else free++;
        return index;
      };
      const results = await Promise.all([0, 1, 2, 3, 4].map(limited));
      return { results, highest };
    },
  },
});

export const nativePromises: Behaviour = {
  name: "native promises",
  services: [work, native],
  tests: (world) => {
    branchTests(world);
    interleavingTests(world);
  },
};

/** With several awaits at once, https://github.com/restatedev/sdk-typescript/issues/743. */
const concurrently = beyondOfficial("attempts fail with 'awaitNext already pending' or 570");

const done = (name: string): string => `${name}1 ${name}2 ${name}3`;

function branchTests(world: World): void {
  concurrently("Promise.all over async branches", async () => {
    expect(await world.ingress.call("Native/allBranches")).toEqual([
      done("a"),
      done("b"),
      done("c"),
    ]);
  });

  concurrently("Promise.all over steps", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Native/allRuns", key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(executions.count(key)).toBe(10);
  });

  concurrently("Promise.race over async branches, the loser going on", async () => {
    expect(await world.ingress.call("Native/raceBranches")).toEqual([done("fast"), done("slow")]);
  });

  it("Promise.allSettled over async branches", async () => {
    expect(await world.ingress.call("Native/settledBranches")).toEqual([
      done("ok"),
      "broken branch",
    ]);
  });

  it("native and durable combinators together", async () => {
    expect(await world.ingress.call("Native/mixed")).toEqual([[1, 2], 4, 5]);
  });
}

function interleavingTests(world: World): void {
  concurrently("callbacks attached to promises that nobody awaits", async () => {
    expect(await world.ingress.call("Native/detached")).toEqual([
      "awakeable",
      "call",
      "step",
      "timer",
    ]);
  });

  concurrently("branches interleave the same way in every attempt", async () => {
    const { trace, executed } = await world.ingress.call<{ trace: string[]; executed: number }>(
      "Native/interleaved",
      uniqueKey(),
    );
    expect([...trace].sort()).toEqual(["x", "x", "x", "y", "y", "y", "z", "z", "z"]);
    expect(executed).toBe(9);
  });

  it("async generators", async () => {
    expect(await world.ingress.call("Native/asyncIteration")).toEqual([
      "page 0",
      "page 1",
      "page 2",
    ]);
  });

  it("a semaphore made of plain promises", async () => {
    expect(await world.ingress.call("Native/semaphore")).toEqual({
      results: [0, 1, 2, 3, 4],
      highest: 2,
    });
  });
}
