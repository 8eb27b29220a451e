/** Restarting invocations as new ones, from the beginning and behind a prefix of the journal. */
import * as restate from "@restatedev/restate-sdk";
import { beforeEach, describe, expect, test } from "vitest";
import { createTestEnvironment, type TestInvocation } from "../index.js";

let effects: string[] = [];
beforeEach(() => {
  effects = [];
});

const other = restate.service({
  name: "Other",
  handlers: {
    id: async (_ctx: restate.Context, value: string) => {
      effects.push(`called ${value}`);
      return Promise.resolve(value);
    },
  },
});

const object = restate.object({
  name: "Steps",
  handlers: {
    steps: async (ctx: restate.ObjectContext, input: string) => {
      const first = await ctx.run("first", () => effects.push("first"));
      const random = ctx.rand.random();
      const called = await ctx.serviceClient(other).id(input);
      await ctx.sleep({ days: 1 });
      const second = await ctx.run("second", () => effects.push("second"));
      return { first, random, called, second };
    },
    race: async (ctx: restate.ObjectContext) => {
      const never = ctx.signal("never");
      const long = ctx.sleep({ days: 30 }).map(() => "long");
      const short = ctx.sleep({ days: 1 }).map(() => "short");
      const winner = await restate.RestatePromise.race([never, long, short]);
      return ctx.run("after", () => winner);
    },
  },
});

const flow = restate.workflow({
  name: "Flow",
  handlers: { run: async (_ctx: restate.WorkflowContext) => Promise.resolve(1) },
});

async function completed(
  handler: "steps" | "race",
  protocol: 5 | 6 | 7 = 6,
): Promise<TestInvocation> {
  const env = await createTestEnvironment({
    services: [object, other, flow],
    startAt: 0,
    protocol,
  });
  const invocation =
    handler === "steps" ? env.send(object, "k").steps("x") : env.send(object, "k").race();
  await invocation.result();
  return invocation;
}

/** Everything in a journal that says what was done. */
function shape(invocation: TestInvocation): string[] {
  return invocation.journal().map(({ kind, type, name }) => `${kind} ${type} ${name}`.trim());
}

describe("from the beginning", () => {
  test("everything is done again, in a new invocation", async () => {
    const first = await completed("steps");
    const again = first.restartFrom();
    expect(again.id).not.toBe(first.id);
    const result = (await again.result()) as { random: number };
    expect(effects).toEqual(["first", "called x", "second", "first", "called x", "second"]);
    expect(result.random).not.toBe(((await first.result()) as typeof result).random);
  });
});

describe("behind an entry", () => {
  test.each([6, 7] as const)("nothing before it is done again (protocol %i)", async (protocol) => {
    const first = await completed("steps", protocol);
    const sleep = first.journal().find(({ type }) => type === "Sleep");
    const again = first.restartFrom(sleep);
    expect(await again.result()).toEqual({ ...((await first.result()) as object), second: 4 });
    expect(effects).toEqual(["first", "called x", "second", "second"]);
    expect(shape(again)).toEqual(shape(first));
  });

  test("the results of its commands come along, wherever they stand", async () => {
    const first = await completed("steps");
    const command = first.journal().find(({ type }) => type === "Call");
    const again = first.restartFrom(command);
    expect(again.journal().map(({ type }) => type)).toEqual([
      "Input",
      "Run",
      "Run",
      "Call",
      "CallInvocationId",
      "Call",
    ]);
    await again.result();
    expect(effects).toEqual(["first", "called x", "second", "second"]);
  });

  test("is possible from every entry that leaves no command without a result", async () => {
    const first = await completed("race");
    const verdicts = first.journal().map((entry) => {
      try {
        first.restartFrom(entry);
        return "ok";
      } catch (error) {
        return String(error).replace(/^.*: /, "");
      }
    });
    // Both sleeps: the long one never ended.
    const incomplete = "up to there, the journal has commands whose results it lacks";
    expect(verdicts[0]).toBe("ok");
    expect(verdicts.slice(1)).toEqual(verdicts.slice(1).map(() => incomplete));
  });
});

describe("is refused", () => {
  test("behind what is not in the journal", async () => {
    const first = await completed("steps");
    expect(() => first.restartFrom(99)).toThrow(/from entry 99: its journal has no such entry/);
    expect(() => first.restartFrom(-1)).toThrow(/no such entry/);
    expect(() => first.restartFrom(1.5)).toThrow(/no such entry/);
  });

  test("in old protocols, but from the beginning", async () => {
    const first = await completed("steps", 5);
    expect(() => first.restartFrom(1)).toThrow(/protocol 6/);
    await first.restartFrom().result();
  });

  test("of workflows and of what is not over", async () => {
    await using env = await createTestEnvironment({
      services: [object, other, flow],
      clock: "manual",
    });
    const workflow = env.send(flow, "k").run();
    await workflow.result();
    expect(() => workflow.restartFrom()).toThrow(/does not restart workflows/);
    const running = env.send(object, "k").steps("x");
    await env.atRest();
    expect(() => running.restartFrom()).toThrow(/has not completed/);
  });

  test("over the admin API with the server's status codes", async () => {
    await using env = await createTestEnvironment({ services: [object, other, flow] });
    const invocation = env.send(object, "k").steps("x");
    await invocation.result();
    const restart = (from: number) =>
      env.adminFetch(`http://admin/invocations/${invocation.id}/restart-as-new?from=${from}`, {
        method: "PATCH",
      });
    expect((await restart(99)).status).toBe(400);
    const ok = await restart(1);
    const { new_invocation_id: id } = (await ok.json()) as { new_invocation_id: string };
    await env.invocation(id).result();
    expect(effects.filter((effect) => effect === "first")).toHaveLength(1);
  });
});
