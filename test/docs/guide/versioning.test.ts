/** What docs/versioning.md says of changes in place: a journal of the old code, replayed by each kind of new code. */
import * as restate from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  replayJournals,
  type JournalExport,
} from "@restatedev/restate-sdk-testing";
import { beforeAll, expect, it } from "vitest";

type Run = (ctx: restate.WorkflowContext, cents: number) => Promise<unknown>;

const order = (run: Run) => restate.workflow({ name: "Order", handlers: { run } });

const ledger = restate.object({
  name: "Ledger",
  handlers: { book: async (_ctx: restate.ObjectContext, cents: number) => cents },
});

/** Waits for its approval, with a run, state, a sleep and a call behind it. */
const before: Run = async (ctx, cents) => {
  await ctx.run("reserve", () => "reserved");
  ctx.set("status", "reserved");
  await ctx.sleep({ hours: 1 });
  await ctx.objectClient(ledger, "a").book(cents);
  const by = await ctx.promise<string>("approved");
  await ctx.run("charge", () => by);
};

/** Up to the approval as `before`, then something else. */
const untilApproval = async (ctx: restate.WorkflowContext, cents: number) => {
  await ctx.run("reserve", () => "reserved");
  ctx.set("status", "reserved");
  await ctx.sleep({ hours: 1 });
  await ctx.objectClient(ledger, "a").book(cents);
  return ctx.promise<string>("approved");
};

let journal: JournalExport;

beforeAll(async () => {
  const services = [order(before), ledger];
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const waiting = env.send(order(before), "o1").run(100);
  await env.clock.advance({ hours: 1 });
  expect(waiting.waitsFor()).toContain(`the promise "approved"`);
  journal = waiting.exportJournal();
  waiting.cancel();
});

async function isSafe(run: Run): Promise<boolean> {
  const report = await replayJournals({ services: [order(run), ledger] }, journal);
  return report.isOk;
}

const safe: Record<string, Run> = {
  "the code that recorded it": before,
  "code inside the action of a run, and its retry options": async (ctx, cents) => {
    await ctx.run("reserve", () => "reserved elsewhere", { maxRetryAttempts: 3 });
    ctx.set("status", "reserved");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("approved");
  },
  "how long a sleep lasts that has begun": async (ctx, cents) => {
    await ctx.run("reserve", () => "reserved");
    ctx.set("status", "reserved");
    await ctx.sleep({ hours: 9 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("approved");
  },
  "steps behind the point where it waits": async (ctx, cents) => {
    const by = await untilApproval(ctx, cents);
    await ctx.run("audit", () => by);
    await ctx.run("charge", () => by);
  },
  "what it computes and returns": async (ctx, cents) => {
    ctx.console.info("a new line in the log");
    return { by: await untilApproval(ctx, cents), cents };
  },
};

const breaking: Record<string, Run> = {
  "a new step in front of the point where it waits": async (ctx, cents) => {
    await ctx.run("check", () => true);
    await untilApproval(ctx, cents);
  },
  "a step less": async (ctx, cents) => {
    ctx.set("status", "reserved");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("approved");
  },
  "another order": async (ctx, cents) => {
    ctx.set("status", "reserved");
    await ctx.run("reserve", () => "reserved");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("approved");
  },
  "another name of a run": async (ctx, cents) => {
    await ctx.run("reserve stock", () => "reserved");
    ctx.set("status", "reserved");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("approved");
  },
  "another value that is set or sent": async (ctx, cents) => {
    await ctx.run("reserve", () => "reserved");
    ctx.set("status", "RESERVED");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents * 100);
    await ctx.promise<string>("approved");
  },
  "a promise of another name": async (ctx, cents) => {
    await ctx.run("reserve", () => "reserved");
    ctx.set("status", "reserved");
    await ctx.sleep({ hours: 1 });
    await ctx.objectClient(ledger, "a").book(cents);
    await ctx.promise<string>("accepted");
  },
};

it.each(Object.entries(safe))("safe in place: %s", async (_, run) => {
  expect(await isSafe(run)).toBe(true);
});

it.each(Object.entries(breaking))("breaks what is in flight: %s", async (_, run) => {
  expect(await isSafe(run)).toBe(false);
});
