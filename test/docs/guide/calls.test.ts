/** What docs/calls.md says, on the test kit. */
import * as restate from "@restatedev/restate-sdk";
import { createTestEnvironment, type TestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { office, printer, services } from "./calls.js";

const printed = (env: TestEnvironment, key = "laser") => env.stateOf(printer, key).get("printed");

it("a call gives the result, and the callee's terminal error", async () => {
  await using env = await createTestEnvironment({ services });
  expect(await env.call(office).publish(3)).toBe(1);
  expect(printed(env)).toEqual(["page 1 to page 3"]);
  await expect(env.call(office).anything({ service: "Printer", key: "ink" })).resolves.toBe(1);
});

it("a delayed message comes in a week, unless it is cancelled", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await env.call(office).remind("kept");
  const dropped = await env.call(office).remind("dropped");
  await env.call(office).forget(dropped);
  await env.clock.advance({ days: 6, hours: 23 });
  expect(printed(env)).toBeNull();
  await env.clock.advance({ hours: 1 });
  expect(printed(env)).toEqual(["kept"]);
});

it("an idempotency key makes callers share one invocation", async () => {
  await using env = await createTestEnvironment({ services });
  const document = { id: "d1", text: "hello" };
  expect(await env.call(office).printOnce(document)).toBe(1);
  expect(await env.call(office).printOnce(document)).toBe(1);
  expect(printed(env)).toEqual(["hello"]);
});

it("the losers of a race can be cancelled", async () => {
  await using env = await createTestEnvironment({ services });
  expect(await env.call(office).fastest(["a", "b"])).toBe(1);
});

it("messages of one handler to one key arrive in their order", async () => {
  const sender = restate.service({
    name: "Sender",
    handlers: {
      send: async (ctx: restate.Context) => {
        for (const text of ["a", "b", "c"]) ctx.objectSendClient(printer, "laser").print(text);
      },
    },
  });
  await using env = await createTestEnvironment({ services: [...services, sender] });
  await env.call(sender).send();
  await env.atRest();
  expect(printed(env)).toEqual(["a", "b", "c"]);
});

it("a workflow that has begun refuses a second call with 409, and can be attached to", async () => {
  const report = restate.workflow({
    name: "Report",
    handlers: { run: async (ctx: restate.WorkflowContext) => `report ${ctx.key}` },
  });
  const caller = restate.service({
    name: "Caller",
    handlers: {
      twice: async (ctx: restate.Context) => {
        const run = ctx.workflowClient(report, "may").run();
        await run;
        const again = await ctx
          .workflowClient(report, "may")
          .run()
          .catch((error: unknown) => (error as restate.TerminalError).code);
        return [again, await ctx.invocation(await run.invocationId).attach<string>()];
      },
    },
  });
  await using env = await createTestEnvironment({ services: [report, caller] });
  expect(await env.call(caller).twice()).toEqual([409, "report may"]);
});
