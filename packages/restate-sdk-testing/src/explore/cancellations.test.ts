/** Cancellation exploration finds handlers that go on regardless, and is content with those that undo what they did. */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import {
  ExplorationError,
  exploreCancellations,
  type CancellationOptions,
  type Effects,
  type Scenario,
} from "../index.js";

const hotel = restate.service({
  name: "Hotel",
  handlers: {
    reserve: async (ctx: restate.Context) => {
      await ctx.sleep({ minutes: 5 });
      return "room 5";
    },
  },
});

type Handler = (ctx: restate.Context, effects: Effects) => Promise<unknown>;

function booking(handler: Handler): Scenario {
  const definition = (effects: Effects) =>
    restate.service({
      name: "Booking",
      handlers: { book: async (ctx: restate.Context) => handler(ctx, effects) },
    });
  return {
    services: (effects) => [hotel, definition(effects)],
    run: (env, effects) => env.call(definition(effects)).book(),
  };
}

const saga: Handler = async (ctx, effects) => {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    undo.push(async () => ctx.run("refund", () => effects.record("refund")));
    await ctx.run("charge", () => effects.record("charge"));
    const room = await ctx.serviceClient(hotel).reserve();
    await ctx.sleep({ hours: 1 });
    return room;
  } catch (error) {
    if (error instanceof restate.TerminalError) for (const step of undo) await step();
    throw error;
  }
};

const swallowing: Handler = async (ctx, effects) => {
  await ctx.run("charge", () => effects.record("charge"));
  await ctx.serviceClient(hotel).reserve();
  try {
    await ctx.sleep({ hours: 1 }, "cool down");
  } catch {
    ctx.console.info("whatever it was");
  }
  await ctx.run("confirm", () => effects.record("confirm"));
  return "booked";
};

async function failureOf(
  scenario: Scenario,
  options?: CancellationOptions,
): Promise<ExplorationError> {
  const error: unknown = await exploreCancellations(scenario, options).catch(
    (thrown: unknown) => thrown,
  );
  if (error instanceof ExplorationError) return error;
  throw new Error(`Expected an ExplorationError, but got ${String(error)}`);
}

test("a saga that compensates is fine wherever it is cancelled", async () => {
  const seen: string[] = [];
  const report = await exploreCancellations(booking(saga), {
    after: ({ effects, invocation, point }) => {
      seen.push(...point.waitsFor);
      expect(invocation.status).toBe("completed");
      expect(effects.count("refund")).toBe(1);
    },
  });
  expect(seen.map((wait) => wait.replace(/ until.*| \(inv.*/, ""))).toEqual(
    [
      'the result of run "charge"',
      "the invocation id of its call of Hotel/reserve",
      "the result of its call of Hotel/reserve",
      "a sleep",
    ].filter((wait) =>
      report.points.some(({ waitsFor }) => waitsFor.some((each) => each.startsWith(wait))),
    ),
  );
  expect(report.runs).toBe(report.points.length + 1);
});

describe("a handler that goes on", () => {
  test("is found, with the wait whose cancellation it swallowed", async () => {
    const error = await failureOf(booking(swallowing));
    expect(error.message).toMatch(
      /^Booking\/book was cancelled while it waited for sleep "cool down" until/,
    );
    expect(error.message).toContain("as if it had not been cancelled");
    const only = /only: "(.*)"/.exec(error.failure.reproduce)?.[1] ?? "";
    expect((await failureOf(booking(swallowing), { only })).message).toBe(error.message);
  });

  test("may be meant to", async () => {
    const mayIgnore: CancellationOptions["mayIgnore"] = ({ waitsFor }) =>
      waitsFor.some((wait) => wait.includes("cool down"));
    await exploreCancellations(booking(swallowing), { mayIgnore });
  });
});

test("a handler that turns a cancellation into a result of its own has not ignored it", async () => {
  const polite: Handler = async (ctx) => {
    try {
      await ctx.sleep({ hours: 1 });
      return { status: "done" };
    } catch (error) {
      if (error instanceof restate.CancelledError) return { status: "cancelled" };
      throw error;
    }
  };
  await exploreCancellations(booking(polite));
});

test("a missing compensation is what the test asserts", async () => {
  const forgetful: Handler = async (ctx, effects) => {
    await ctx.run("charge", () => effects.record("charge"));
    await ctx.sleep({ hours: 1 });
  };
  const error = await failureOf(booking(forgetful), {
    after: ({ effects }) => expect(effects.count("refund")).toBe(effects.count("charge")),
  });
  expect(error.message).toContain("expected +0 to be 1");
});

test("others than those from outside are cancelled on request", async () => {
  const report = await exploreCancellations(booking(saga), {
    cancels: (target) => target === "Hotel/reserve",
  });
  expect(report.points.map(({ target }) => target)).toEqual(["Hotel/reserve"]);
});
