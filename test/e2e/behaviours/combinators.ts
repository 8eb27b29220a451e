/** Combinators of durable promises: deterministic, nestable, mixing every kind of promise. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const { RestatePromise, TerminalError, TimeoutError } = restate;

const ten = { minutes: 10 };
const fails = (message: string) => (): never => {
  throw new TerminalError(message);
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "no error");

const knot = restate.service({
  name: "Knot",
  handlers: {
    later: async (ctx: restate.Context, { ms, value }: { ms: number; value: string }) => {
      await ctx.sleep(ms);
      return value;
    },
    never: async (ctx: restate.Context) => {
      await ctx.signal("never");
    },
  },
});

const combined = restate.service({
  name: "Combined",
  handlers: {
    allMixed: async (ctx: restate.Context) => {
      const awakeable = ctx.awakeable<string>();
      ctx.resolveAwakeable(awakeable.id, "awakeable");
      return RestatePromise.all([
        ctx.run(() => "run"),
        ctx.sleep(5),
        ctx.serviceClient(knot).later({ ms: 5, value: "call" }),
        awakeable.promise,
        RestatePromise.resolve("constant"),
      ]);
    },

    allFails: async (ctx: restate.Context) => {
      const never = ctx.sleep(ten);
      return RestatePromise.all([never, ctx.run("fails", fails("broken"))])
        .map((_, failure) => failure?.message)
        .map((message) => `caught ${message}`);
    },

    raceRunWins: async (ctx: restate.Context) =>
      RestatePromise.race([ctx.signal<string>("never"), ctx.run(() => "run")]),

    raceTimeout: async (ctx: restate.Context) =>
      RestatePromise.race([ctx.awakeable<string>().promise, ctx.sleep(10).map(() => "sleep")]),

    raceThenLoser: async (ctx: restate.Context) => {
      const slow = ctx.awakeable<string>();
      const fast = ctx.serviceClient(knot).later({ ms: 1, value: "fast" });
      const winner = await RestatePromise.race([slow.promise, fast]);
      ctx.resolveAwakeable(slow.id, "slow");
      return [winner, await slow.promise];
    },

    raceFailure: async (ctx: restate.Context) => {
      const slow = ctx.sleep(ten);
      const race = RestatePromise.race([slow, ctx.run(fails("fast failure"))]);
      return race.map((_, failure) => failure?.message);
    },

    any: async (ctx: restate.Context) =>
      RestatePromise.any([
        ctx.run(fails("one")),
        ctx.sleep(10).map(() => "slow success"),
        ctx.run(fails("two")),
      ]),

    anyNone: async (ctx: restate.Context) => {
      try {
        await RestatePromise.any([ctx.run(fails("one")), ctx.run(fails("two"))]);
        return [];
      } catch (error) {
        return error instanceof AggregateError ? error.errors.map(messageOf) : [messageOf(error)];
      }
    },

    allSettled: async (ctx: restate.Context) => {
      const results = await RestatePromise.allSettled([
        ctx.run(() => 1),
        ctx.run(fails("two")),
        ctx.sleep(5).map(() => 3),
      ]);
      return results.map((result) =>
        result.status === "fulfilled" ? result.value : messageOf(result.reason),
      );
    },

    nested: async (ctx: restate.Context) => {
      const { later } = ctx.serviceClient(knot);
      return RestatePromise.all([
        RestatePromise.race([ctx.signal("never"), later({ ms: 1, value: "a" })]),
        RestatePromise.any([
          ctx.run(fails("skipped")),
          RestatePromise.all([ctx.run(() => "b"), later({ ms: 1, value: "c" })]),
        ]),
        RestatePromise.allSettled([RestatePromise.race([ctx.sleep(ten), ctx.run(() => "d")])]),
      ]);
    },

    deep: async (ctx: restate.Context) => {
      const never = ctx.signal<string>("never");
      let outer: restate.RestatePromise<string> = ctx.sleep(20).map(() => "from the deep");
      for (let depth = 2; depth <= 1_000; depth++) outer = RestatePromise.race([never, outer]);
      return outer;
    },

    empty: async () => ({
      all: await RestatePromise.all([]),
      settled: await RestatePromise.allSettled([]),
    }),

    sameTwice: async (ctx: restate.Context) => {
      const run = ctx.run(() => "once");
      return [await run, await run, ...(await RestatePromise.all([run, run]))];
    },

    constants: async () => {
      const rejected = RestatePromise.reject(new TerminalError("constant"));
      const outcomes = await RestatePromise.allSettled([RestatePromise.resolve(1), rejected]);
      return outcomes.map(({ status }) => status);
    },

    timeouts: async (ctx: restate.Context) => {
      const timedOut = await ctx
        .serviceClient(knot)
        .never()
        .orTimeout(10)
        .map((_, failure) => failure instanceof TimeoutError);
      const inTime = await ctx.run(() => "in time").orTimeout(ten);
      const both = await RestatePromise.all([ctx.sleep(1), ctx.sleep(2)])
        .orTimeout(ten)
        .map((values) => values?.length);
      return [timedOut, inTime, both];
    },

    mapped: async (ctx: restate.Context) => {
      let calls = 0;
      const counted = ctx
        .run(() => 20)
        .map((value = 0) => {
          calls++;
          return value + 1;
        });
      const values = [await counted, await counted];
      const recovered = await ctx
        .run(fails("lost"))
        .map((_, failure) => `found ${failure?.message}`);
      const failed = ctx.sleep(1).map(fails("from the mapper"));
      const message = await failed.catch(messageOf);
      return { values, calls, recovered, message };
    },

    isRestatePromise: async (ctx: restate.Context) => {
      const run = ctx.run(() => 1);
      const promises: Promise<unknown>[] = [run, run.map(String), RestatePromise.all([run])];
      return [...promises, Promise.resolve(1)].map((promise) => restate.isRestatePromise(promise));
    },

    uncaught: async (ctx: restate.Context) => {
      await RestatePromise.all([ctx.sleep(ten), ctx.run(fails("up to the caller"))]);
    },
  },
});

export const combinators: Behaviour = {
  name: "combinators",
  services: [knot, combined],
  tests: (world) => {
    const { cases, uncaught } = combinatorTests(world);
    it.for(cases)("%s", async ([, handler, expected]) => {
      expect(await world.ingress.call(`Combined/${handler}`)).toEqual(expected);
    });
    it("a failure nobody catches reaches the caller", uncaught);
  },
};

function combinatorTests(world: World) {
  const cases: [behaviour: string, handler: string, expected: unknown][] = [
    [
      "all gives the values of every kind of promise",
      "allMixed",
      ["run", null, "call", "awakeable", "constant"],
    ],
    ["all fails with the first failure", "allFails", "caught broken"],
    ["race is won by a step against a signal nobody sends", "raceRunWins", "run"],
    ["race is won by a timer", "raceTimeout", "sleep"],
    ["the loser of a race can still be awaited", "raceThenLoser", ["fast", "slow"]],
    ["race fails when a failure comes first", "raceFailure", "fast failure"],
    ["any skips failures", "any", "slow success"],
    ["any fails with all failures when nothing succeeds", "anyNone", ["one", "two"]],
    ["allSettled gives values and reasons", "allSettled", [1, "two", 3]],
    ["combinators nest", "nested", ["a", ["b", "c"], [{ status: "fulfilled", value: "d" }]]],
    ["combinators nest as deep as the server allows", "deep", "from the deep"],
    ["all and allSettled of nothing are empty", "empty", { all: [], settled: [] }],
    ["a promise can be awaited many times", "sameTwice", ["once", "once", "once", "once"]],
    ["constants take part", "constants", ["fulfilled", "rejected"]],
    ["orTimeout fails late promises and leaves others alone", "timeouts", [true, "in time", 2]],
    [
      "map runs once, recovers failures and may fail itself",
      "mapped",
      { values: [21, 21], calls: 1, recovered: "found lost", message: "from the mapper" },
    ],
    ["durable promises can be told from others", "isRestatePromise", [true, true, true, false]],
  ];
  const uncaught = async (): Promise<void> => {
    const error = await ingressErrorOf(world.ingress.call("Combined/uncaught"));
    expect(error.message).toBe("up to the caller");
  };
  return { cases, uncaught };
}
