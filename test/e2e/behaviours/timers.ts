/** Durable timers. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";

const clock = restate.service({
  name: "Clock",
  handlers: {
    sleep: async (ctx: restate.Context, duration: restate.Duration | number) => {
      const before = await ctx.date.now();
      await ctx.sleep(duration, "a nap");
      return (await ctx.date.now()) - before;
    },

    inOrder: async (ctx: restate.Context, delays: number[]) => {
      const awake: number[] = [];
      let pending = delays.map((delay) => ({ delay, timer: ctx.sleep(delay).map(() => delay) }));
      while (pending.length > 0) {
        const first = await restate.RestatePromise.race(pending.map(({ timer }) => timer));
        awake.push(first);
        pending = pending.filter(({ delay }) => delay !== first);
      }
      return awake;
    },

    many: async (ctx: restate.Context, count: number) => {
      const timers = Array.from({ length: count }, (_, i) => ctx.sleep(10 + (i % 40)));
      return (await restate.RestatePromise.all(timers)).length;
    },

    negative: async (ctx: restate.Context) => {
      await ctx.sleep(-1);
    },
  },
});

export const timers: Behaviour = {
  name: "timers",
  services: [clock],
  tests: (world) => {
    it.for<[restate.Duration | number, atLeastMs: number]>([
      [120, 120],
      [{ milliseconds: 120 }, 120],
      [{ seconds: 0, milliseconds: 80 }, 80],
      [0, 0],
    ])("a sleep of %j lasts at least %i ms", async ([duration, atLeastMs]) => {
      expect(await world.ingress.call("Clock/sleep", duration)).toBeGreaterThanOrEqual(atLeastMs);
    });

    it("the name of a sleep is in the journal", async () => {
      const { invocationId } = await world.ingress.send("Clock/sleep", 1);
      await world.ingress.attach(invocationId);
      const journal = await world.admin.journal(invocationId);
      const sleep = journal.find(({ entry_type }) => entry_type === "Command: Sleep");
      expect(sleep?.name).toBe("a nap");
    });

    it("sleepers wake in the order of their times", async () => {
      expect(await world.ingress.call("Clock/inOrder", [250, 20, 130])).toEqual([20, 130, 250]);
    });

    it("fifty invocations of twenty sleeps each all wake up", async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, () => world.ingress.call("Clock/many", 20)),
      );
      expect(results).toEqual(Array.from({ length: 50 }, () => 20));
    });

    it("a negative sleep is refused", async () => {
      const { invocationId } = await world.ingress.send("Clock/negative");
      const failure = await Promise.race([
        ingressErrorOf(world.ingress.attach(invocationId)).then(({ message }) => message),
        refusalOf(invocationId),
      ]);
      expect(failure).toMatch(/negative/i);
      await world.admin.kill(invocationId).catch(() => undefined);
    });

    async function refusalOf(invocationId: string): Promise<string> {
      for (;;) {
        const { last_failure } = await world.admin.invocation(invocationId);
        if (last_failure !== undefined) return last_failure;
      }
    }
  },
};
