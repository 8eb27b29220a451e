/**
 * Known pitfalls of durable code that no single check is about: each is caught, and the correct form passes. The others are
 * in checks.test.ts (lossy values, context in runs, foreign awaits, unawaited operations, clocks and randomness, deadlocks,
 * ingress calls), crashes.test.ts (outer variables, module state, effects without keys) and cancellations.test.ts.
 */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import {
  createTestEnvironment,
  exploreCrashes,
  ExplorationError,
  fails,
  type Effects,
  type Scenario,
} from "../index.js";

function calling(handler: (ctx: restate.Context, effects: Effects) => Promise<unknown>): Scenario {
  const define = (effects: Effects) =>
    restate.service({
      name: "Subject",
      handlers: { run: async (ctx: restate.Context) => handler(ctx, effects) },
    });
  return {
    services: (effects) => [define(effects)],
    run: (env, effects) => env.call(define(effects)).run(),
  };
}

async function problemOf(scenario: Scenario): Promise<string> {
  const error: unknown = await exploreCrashes(scenario).catch((thrown: unknown) => thrown);
  return error instanceof Error ? error.message : "none";
}

describe("a branch on something outside of the journal", () => {
  const branching = (flagOf: (ctx: restate.Context) => boolean | Promise<boolean>) =>
    calling(async (ctx) => {
      if (await flagOf(ctx)) await ctx.run("new way", () => 1);
      else await ctx.run("old way", () => 1);
      await ctx.sleep(1);
      return "done";
    });

  test("that changes between attempts is a mismatch", async () => {
    let reads = 0;
    expect(await problemOf(branching(() => reads++ % 2 === 0))).toMatch(
      /Journal mismatch|Two undisturbed runs/,
    );
  });

  test("that is read in a run is repeated", async () => {
    let reads = 0;
    expect(
      await problemOf({
        ...branching((ctx) => ctx.run("read flag", () => reads++ >= 0)),
      }),
    ).toBe("none");
  });
});

describe("iteration over what has no fixed order", () => {
  const over = (list: (ctx: restate.Context) => Promise<string[]>) =>
    calling(async (ctx) => {
      for (const name of await list(ctx)) await ctx.run(name, () => name);
      return "done";
    });
  let turn = 0;
  const rows = () => (turn++ % 2 === 0 ? ["a", "b"] : ["b", "a"]);

  test("of a query outside of a run", async () => {
    expect(await problemOf(over(async () => Promise.resolve(rows())))).toMatch(
      /Journal mismatch|Two undisturbed runs/,
    );
  });

  test("of a query whose result is journaled, and sorted", async () => {
    const sorted = over((ctx) => ctx.run("query", () => rows().sort()));
    expect(await problemOf(sorted)).toBe("none");
  });
});

describe("publishing something for each step", () => {
  test("from the handler's code happens again with every replay", async () => {
    const scenario = calling(async (ctx, effects) => {
      effects.record("publish", { details: "started" });
      await ctx.sleep(1);
    });
    expect(await problemOf(scenario)).toContain('"publish" "started" without a key happened');
  });

  test("from a run, with a key, counts once", async () => {
    const scenario = calling(async (ctx, effects) => {
      const key = ctx.rand.uuidv4();
      await ctx.run("publish", () => effects.record("publish", { key, details: "started" }));
      await ctx.sleep(1);
    });
    expect(await problemOf(scenario)).toBe("none");
  });
});

describe("catching the error of a run", () => {
  const charging = restate.service({
    name: "Charging",
    handlers: {
      hopeful: async (ctx: restate.Context) => {
        try {
          return await ctx.run("charge", () => "charged");
        } catch {
          return "could not charge";
        }
      },
      bounded: async (ctx: restate.Context) => {
        try {
          return await ctx.run("charge", () => "charged", { maxRetryAttempts: 2 });
        } catch {
          return "could not charge";
        }
      },
    },
  });

  test("a plain error is retried instead, which the attempts show", async () => {
    await using env = await createTestEnvironment({ services: [charging] });
    const mock = env.mockRun("charge", fails(3, new Error("card reader is off")));
    const invocation = env.send(charging).hopeful();
    expect(await invocation.result()).toBe("charged");
    expect(mock.executions).toHaveLength(4);
    expect(invocation.timeline()).toContain("failed: [500] card reader is off");
  });

  test("with a bound on retries it arrives", async () => {
    await using env = await createTestEnvironment({ services: [charging] });
    env.mockRun("charge", fails(3, new Error("card reader is off")));
    expect(await env.call(charging).bounded()).toBe("could not charge");
  });
});

describe("writing state where it is read only", () => {
  test("in a shared handler fails the invocation", async () => {
    const cart = restate.object({
      name: "Cart",
      handlers: {
        peek: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
          (ctx as restate.ObjectContext).set("seen", true);
          return Promise.resolve();
        }),
        put: async (ctx: restate.ObjectContext) => {
          ctx.set("seen", true);
          return Promise.resolve();
        },
      },
    });
    await using env = await createTestEnvironment({ services: [cart] });
    const outcome = await env
      .call(cart, "a")
      .peek()
      .then(
        () => env.stateOf(cart, "a").get("seen"),
        (error: unknown) => error,
      );
    expect([true, expect.any(Error)]).toContainEqual(outcome);
    await env.call(cart, "b").put();
    expect(env.stateOf(cart, "b").get("seen")).toBe(true);
  });
});

test("a caller without the callee's serde is told what the callee could not read", async () => {
  const date: restate.Serde<Date> = {
    contentType: "text/plain",
    serialize: (value) => new TextEncoder().encode(value.toISOString()),
    deserialize: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (!/^\d{4}-/.test(text)) throw new Error(`not a date: ${text}`);
      return new Date(text);
    },
  };
  const calendar = restate.service({
    name: "Calendar",
    handlers: {
      book: restate.handlers.handler({ input: date }, async (_ctx: restate.Context, at: Date) =>
        Promise.resolve(at.getTime()),
      ),
    },
  });
  const caller = restate.service({
    name: "Caller",
    handlers: {
      byName: async (ctx: restate.Context) =>
        ctx.serviceClient<typeof calendar>({ name: "Calendar" }).book("1970-01-01" as never),
      byDefinition: async (ctx: restate.Context) => ctx.serviceClient(calendar).book(new Date(0)),
    },
  });
  await using env = await createTestEnvironment({ services: [calendar, caller] });
  await expect(env.call(caller).byName()).rejects.toMatchObject({
    code: 400,
    message: expect.stringContaining('not a date: "1970-01-01"') as string,
  });
  expect(await env.call(caller).byDefinition()).toBe(0);
});

test("one failure names the check, so that it can be turned off", async () => {
  const scenario: Scenario = {
    ...calling(async (ctx) => ctx.run("now", () => new Date(0) as unknown)),
  };
  await expect(exploreCrashes(scenario)).rejects.toThrow(/checks: \{ roundTrip: false \}/);
  const report = await exploreCrashes({ ...scenario, checks: { roundTrip: false } });
  expect(report.runs).toBeGreaterThan(5);
  expect(
    new ExplorationError({ title: "t", reproduce: "r", differences: [], timelines: "" }).name,
  ).toBe("ExplorationError");
});
