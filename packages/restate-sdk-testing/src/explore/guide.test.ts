/** The code of docs/testing-exploration.md, which has to be in here line by line, so that it type-checks and runs. */
import { readFileSync } from "node:fs";
import * as restate from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
} from "@restatedev/restate-sdk-testing";
import { expect } from "vitest";
import { test } from "vitest";
import { ExplorationError } from "../index.js";

const ledger = restate.object({
  name: "Ledger",
  handlers: {
    book: async (ctx: restate.ObjectContext, cents: number) => {
      const balance = ((await ctx.get<number>("balance")) ?? 0) + cents;
      ctx.set("balance", balance);
      return balance;
    },
  },
});

const checkout = restate.service({
  name: "Checkout",
  handlers: {
    pay: async (ctx: restate.Context, order: { customer: string; cents: number }) => {
      const receipt = await ctx.run("charge card", () => ({ paid: order.cents }));
      await ctx.objectClient(ledger, order.customer).book(order.cents);
      return receipt;
    },
  },
});

const paying: Scenario = {
  services: [checkout, ledger],
  run: async (env, effects) => {
    env.mockRun("charge card", () => {
      effects.record("charge", { details: 4200 });
      return { paid: 4200 };
    });
    return env.call(checkout).pay({ customer: "ann", cents: 4200 });
  },
};

test("crashes, a double charge", async () => {
  const explore = async () => {
    await exploreCrashes(paying);
  };
  await expect(explore()).rejects.toThrow(ExplorationError);
  await expect(explore()).rejects.toThrow(
    /the effect "charge" 4200 without a key happened 2 times/,
  );
});

test("crashes, one charge", async () => {
  const safeCheckout = restate.service({
    name: "Checkout",
    handlers: {
      pay: async (ctx: restate.Context, order: { customer: string; cents: number }) => {
        const key = ctx.rand.uuidv4();
        const receipt = await ctx.run("charge card", () => ({ paid: order.cents, key }));
        await ctx.objectClient(ledger, order.customer).book(order.cents);
        return receipt;
      },
    },
  });

  const payingSafely: Scenario = {
    services: [safeCheckout, ledger],
    run: async (env, effects) => {
      env.mockRun("charge card", ({ action }) => {
        const receipt = action() as { paid: number; key: string };
        effects.record("charge", { key: receipt.key, details: receipt.paid });
        return receipt;
      });
      return env.call(safeCheckout).pay({ customer: "ann", cents: 4200 });
    },
  };

  const report = await exploreCrashes(payingSafely);
  expect(report.repeatedRuns.map(({ run, times }) => ({ run, times }))).toEqual([
    { run: "charge card", times: 2 },
  ]);
});

test("order", async () => {
  const shop = restate.service({
    name: "Shop",
    handlers: {
      sell: async (ctx: restate.Context, count: number) => {
        await ctx.run("pack", () => undefined);
        await ctx.objectClient(ledger, "apples").book(-count);
      },
    },
  });

  await exploreSchedules(
    {
      services: [shop, ledger],
      run: async (env) => {
        await Promise.all([env.call(shop).sell(1), env.call(shop).sell(2)]);
        expect(env.stateOf(ledger, "apples").get("balance")).toBe(-3);
      },
    },
    { runs: 50, seed: 1 },
  );
});

const booking = restate.service({
  name: "Booking",
  handlers: {
    book: async (ctx: restate.Context) => {
      await ctx.run("charge", () => undefined);
      try {
        await ctx.sleep({ hours: 1 });
      } catch (error) {
        await ctx.run("refund", () => undefined);
        throw error;
      }
    },
  },
});

test("cancellation", async () => {
  await exploreCancellations(
    {
      services: [booking],
      run: async (env, effects) => {
        env.mockRun("charge", () => effects.record("charge", { key: "1" }));
        env.mockRun("refund", () => effects.record("refund", { key: "1" }));
        await env.call(booking).book();
      },
    },
    {
      after: ({ effects, point }) => {
        if (point.waitsFor[0]?.startsWith("a sleep")) expect(effects.count("refund")).toBe(1);
      },
    },
  );
});

test("checks", async () => {
  await using env = await createTestEnvironment({
    services: [booking],
    checks: { globals: true, keyHeldFor: { minutes: 5 }, roundTrip: false },
  });
  expect(env.findings).toEqual([]);
});

test("every line of code in the guide is in this file", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const guide = read("../../../../docs/testing-exploration.md");
  const own = new Set(linesOf(read("./guide.test.ts")));
  const code = [...guide.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, block = ""]) => linesOf(block));
  expect(code.length).toBeGreaterThan(100);
  expect(code.filter((line) => !own.has(line))).toEqual([]);
});

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
