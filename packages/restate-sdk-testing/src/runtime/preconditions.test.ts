import * as restate from "@restatedev/restate-sdk";
import { expect, test } from "vitest";
import { createTestEnvironment } from "../index.js";

/** What types forbid, for once not asked. */
const asWorkflow = (ctx: unknown): restate.WorkflowContext => ctx as restate.WorkflowContext;

const plain = restate.service({
  name: "Plain",
  handlers: {
    read: async (ctx: restate.Context) => asWorkflow(ctx).get("x"),
    write: async (ctx: restate.Context) => asWorkflow(ctx).set("x", 1),
  },
});

const thing = restate.object({
  name: "Thing",
  handlers: {
    set: async (ctx: restate.ObjectContext) => ctx.set("x", 1),
    sharedSet: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
      asWorkflow(ctx).set("x", 1);
    }),
    sharedClear: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
      asWorkflow(ctx).clearAll();
    }),
  },
});

const process = restate.workflow({
  name: "Process",
  handlers: {
    run: async (ctx: restate.WorkflowContext) => ctx.set("x", 1),
    sharedSet: async (ctx: restate.WorkflowSharedContext) => asWorkflow(ctx).set("x", 1),
  },
});

const services = [plain, thing, process];

test.each([
  ["Plain/read", "this service type doesn't have state access"],
  ["Plain/write", "this service type doesn't have state access"],
  ["Thing/k/sharedSet", "this handler type cannot write state"],
  ["Thing/k/sharedClear", "this handler type cannot write state"],
  ["Process/k/sharedSet", "this handler type cannot write state"],
])("%s is refused: %s", async (path, reason) => {
  const env = await createTestEnvironment({ services });
  await expect(env.fetch(`${env.url}/${path}`, { method: "POST" })).rejects.toThrow(reason);
  await env.dispose().catch(() => undefined);
});

test("whoever may write state writes it", async () => {
  await using env = await createTestEnvironment({ services });
  await env.call(thing, "k").set();
  await env.call(process, "k").run();
  expect(env.stateOf(thing, "k").get("x")).toBe(1);
  expect(env.stateOf(process, "k").get("x")).toBe(1);
});
