/** Schedule exploration finds what depends on order, reduces it, and is content with what does not. */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import {
  ExplorationError,
  exploreSchedules,
  type ScheduleOptions,
  type Scenario,
} from "../index.js";
import { formatSchedule, parseSchedule, shrink, type Schedule } from "./schedule.js";

const store = restate.object({
  name: "Store",
  handlers: {
    read: async (ctx: restate.ObjectContext) => (await ctx.get<number>("stock")) ?? 10,
    write: async (ctx: restate.ObjectContext, stock: number) => ctx.set("stock", stock),
    take: async (ctx: restate.ObjectContext, count: number) => {
      const stock = (await ctx.get<number>("stock")) ?? 10;
      ctx.set("stock", stock - count);
    },
  },
});

/** First come, first served, the larger sale comes late enough not to disturb the smaller one. */
async function prepare(ctx: restate.Context, count: number): Promise<void> {
  for (let step = 0; step < 4 * (count - 1); step++) await ctx.run(`pack ${step}`, () => undefined);
}

/** Others get in between reading and writing, so updates get lost. */
const careless = restate.service({
  name: "Shop",
  handlers: {
    sell: async (ctx: restate.Context, count: number) => {
      await prepare(ctx, count);
      const stock = await ctx.objectClient(store, "apples").read();
      await ctx.objectClient(store, "apples").write(stock - count);
    },
  },
});

const careful = restate.service({
  name: "Shop",
  handlers: {
    sell: async (ctx: restate.Context, count: number) => {
      await prepare(ctx, count);
      await ctx.objectClient(store, "apples").take(count);
    },
  },
});

const selling = (shop: typeof careless): Scenario => ({
  services: [store, shop],
  run: async (env) => {
    await Promise.all([env.call(shop).sell(1), env.call(shop).sell(3)]);
    expect(env.stateOf(store, "apples").get("stock")).toBe(6);
  },
});

async function failureOf(scenario: Scenario, options?: ScheduleOptions): Promise<ExplorationError> {
  const error: unknown = await exploreSchedules(scenario, options).catch(
    (thrown: unknown) => thrown,
  );
  if (error instanceof ExplorationError) return error;
  throw new Error(`Expected an ExplorationError, but got ${String(error)}`);
}

describe("a lost update", () => {
  test("is found, reduced to a few deviations, and repeated by its schedule", async () => {
    const error = await failureOf(selling(careless));
    expect(error.message).toContain("to be 6");
    const schedule = /schedule: "(.*)"/.exec(error.failure.reproduce)?.[1] ?? "";
    expect(schedule).toMatch(/^(stream|suspend)( \d+:1){1,8}$/);
    expect(error.message).toContain("goes ahead of");
    const again = await failureOf(selling(careless), { schedule });
    expect(again.message).toBe(error.message);
  });

  test("the same seed finds the same", async () => {
    const [first, second] = [
      await failureOf(selling(careless), { seed: 7 }),
      await failureOf(selling(careless), { seed: 7 }),
    ];
    expect(first.message).toBe(second.message);
  });

  test("does not exist where one handler reads and writes", async () => {
    const report = await exploreSchedules(selling(careful), { runs: 60 });
    expect(report.runs).toBe(60);
    expect(report.distinct).toBeGreaterThan(20);
  });
});

describe("plain promises", () => {
  test.each(["suspend", "stream"] as const)("are deterministic, in mode %s", async (mode) => {
    const subject = restate.service({
      name: "Subject",
      handlers: {
        run: async (ctx: restate.Context) => {
          const log: string[] = [];
          const branch = async (name: string) => {
            await ctx.run(`${name} 1`, () => name);
            log.push(name);
            await ctx.objectClient(store, name).take(1);
            log.push(name);
          };
          const first = await Promise.race(
            ["a", "b", "c"].map(async (name) => branch(name).then(() => name)),
          );
          await Promise.all(["d", "e"].map(branch));
          ctx.objectSendClient(store, `won by ${first}`).take(log.length);
        },
      },
    });
    const scenario: Scenario = {
      services: [subject, store],
      mode,
      run: (env) => env.call(subject).run(),
    };
    await exploreSchedules(scenario, { runs: 60 });
  });
});

test("a deadlock that needs an unlucky order is found", async () => {
  const account = restate.object({
    name: "Account",
    handlers: {
      transfer: async (ctx: restate.ObjectContext, to: string) => {
        await ctx.objectClient<Crediting>({ name: "Account" }, to).credit();
      },
      credit: async (_ctx: restate.ObjectContext) => {},
    },
  });
  const bank = restate.service({
    name: "Bank",
    handlers: {
      order: async (ctx: restate.Context) => {
        await prepare(ctx, 3);
        await ctx.objectClient(account, "b").transfer("a");
      },
    },
  });
  const error = await failureOf({
    services: [account, bank],
    run: async (env) => {
      await Promise.all([env.call(account, "a").transfer("b"), env.call(bank).order()]);
    },
  });
  expect(error.message).toContain("Deadlock: 4 invocations wait for each other");
});

type Crediting = restate.VirtualObjectDefinition<
  "Account",
  { credit: (ctx: restate.ObjectContext) => Promise<void> }
>;

test("a scenario that fails by chance says so", async () => {
  let runs = 0;
  const scenario: Scenario = { services: [store], run: () => (runs++ === 5 ? 1 : 2) };
  expect((await failureOf(scenario)).message).toContain("The scenario failed once, and not again");
});

describe("schedules", () => {
  test("are written and read", () => {
    const schedule: Schedule = {
      mode: "stream",
      deviations: new Map([
        [3, 1],
        [17, 2],
      ]),
    };
    expect(formatSchedule(schedule)).toBe("stream 3:1 17:2");
    expect(parseSchedule("stream 3:1 17:2")).toEqual(schedule);
    expect(() => parseSchedule("nonsense")).toThrow(/"nonsense" is no schedule/);
    expect(() => parseSchedule("suspend 3-1")).toThrow(TypeError);
  });

  test("shrink to what is needed", async () => {
    const deviations = new Map(Array.from({ length: 40 }, (_, index) => [index * 3, 5]));
    let tried = 0;
    const simplest = await shrink({ mode: "stream", deviations }, async (candidate) => {
      tried++;
      return Promise.resolve(
        (candidate.deviations.get(9) ?? 0) >= 2 && candidate.deviations.has(90),
      );
    });
    expect(formatSchedule(simplest)).toBe("stream 9:2 90:1");
    expect(tried).toBeLessThan(80);
  });
});
