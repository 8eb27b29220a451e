import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import { createTestEnvironment, fails, type TestEnvironmentOptions } from "../index.js";
import { VARIANTS } from "./runtime.fixture.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const log = restate.object({
  name: "Log",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ lines: string[] }>, line: string) => {
      ctx.set("lines", [...((await ctx.get("lines")) ?? []), line]);
    },
    lines: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ lines: string[] }>) =>
        (await ctx.get("lines")) ?? [],
    ),
    hold: async (ctx: restate.ObjectContext, days: number) => {
      await ctx.sleep({ days });
      return "held";
    },
  },
});

const worker = restate.service({
  name: "Worker",
  handlers: {
    sleepy: async (ctx: restate.Context, days: number) => {
      await ctx.sleep({ days });
      return "awake";
    },
    parent: async (ctx: restate.Context, key: string) => {
      try {
        return await ctx.objectClient(log, key).hold(1);
      } catch (error) {
        await ctx.objectClient(log, `${key} log`).add((error as Error).name);
        throw error;
      }
    },
    survivor: async (ctx: restate.Context) => {
      const seen: string[] = [];
      for (let i = 0; i < 2; i++) {
        try {
          await ctx.sleep({ days: 1 });
        } catch (error) {
          seen.push((error as Error).name);
        }
      }
      return seen;
    },
    flaky: async (ctx: restate.Context) => ctx.run("flaky", () => "worked"),
    bounded: restate.handlers.handler(
      {
        retryPolicy: {
          maxAttempts: 3,
          initialInterval: 1_000,
          exponentiationFactor: 10,
          onMaxAttempts: "kill",
        },
      },
      async (ctx: restate.Context) => ctx.run("bounded", () => "worked"),
    ),
    paused: restate.handlers.handler(
      { retryPolicy: { maxAttempts: 2, onMaxAttempts: "pause" } },
      async (ctx: restate.Context) => ctx.run("paused", () => "worked"),
    ),
    runPolicy: async (ctx: restate.Context) => {
      try {
        return await ctx.run("policy", () => "worked", {
          maxRetryAttempts: 3,
          initialRetryInterval: { hours: 1 },
          maxRetryInterval: { hours: 10 },
        });
      } catch (error) {
        return (error as Error).message;
      }
    },
    hangs: restate.handlers.handler(
      { inactivityTimeout: { minutes: 1 }, abortTimeout: { minutes: 10 } },
      async (ctx: restate.Context) => ctx.run("hangs", () => "worked"),
    ),
    who: async (ctx: restate.Context) => ctx.request().headers.get("x-tenant"),
    waits: async (ctx: restate.Context, name: string) => ctx.signal<string>(name),
    sender: async (ctx: restate.Context, id: string) => {
      ctx
        .invocation(restate.InvocationIdParser.fromString(id))
        .signal<string>("go")
        .resolve("gone");
    },
    attacher: async (ctx: restate.Context, id: string) =>
      ctx.invocation(restate.InvocationIdParser.fromString(id)).attach<string>(),
    scoped: async (ctx: restate.Context, count: number) => {
      const client = ctx.scope("tenant").serviceClient(slot);
      const opts = restate.rpc.opts<void, number>({ limitKey: "gold" });
      return restate.RestatePromise.all(Array.from({ length: count }, () => client.occupy(opts)));
    },
  },
});

let occupied = 0;
const slot = restate.service({
  name: "Slot",
  handlers: {
    occupy: async (ctx: restate.Context) =>
      ctx.run("occupy", async () => {
        const now = ++occupied;
        await new Promise((resolve) => setTimeout(resolve, 2));
        occupied--;
        return now;
      }),
  },
});

const once = restate.workflow({
  name: "Once",
  options: { workflowRetention: { hours: 2 } },
  handlers: {
    run: async (ctx: restate.WorkflowContext<{ stage: string }>, input: string) => {
      ctx.set("stage", "running");
      return `${input}: ${await ctx.promise<string>("go")}`;
    },
    stage: async (ctx: restate.WorkflowSharedContext<{ stage: string }>) => ctx.get("stage"),
    go: async (ctx: restate.WorkflowSharedContext, how: string) => {
      await ctx.promise<string>("go").resolve(how);
    },
  },
});

const services = [log, worker, slot, once];

describe.each(VARIANTS)("protocol $protocol, $mode", (variant) => {
  const start = (options: Partial<TestEnvironmentOptions> = {}) =>
    createTestEnvironment({ services, startAt: 0, ...variant, ...options });

  test("cancellation goes down the call tree and frees the key", async () => {
    await using env = await start({ clock: "manual" });
    const parent = env.send(worker).parent("k");
    await env.atRest();
    parent.cancel();
    await expect(parent.result()).rejects.toMatchObject({ code: 409 });
    expect(await env.call(log, "k log").lines()).toEqual(["CancelledError"]);
    await env.call(log, "k").add("free");
    expect(env.clock.now()).toBe(0);
  });

  test("a cancellation can be survived, and come again", async () => {
    await using env = await start({ clock: "manual" });
    const survivor = env.send(worker).survivor();
    for (let round = 0; round < 2; round++) {
      await env.atRest();
      survivor.cancel();
    }
    expect(await survivor.result()).toEqual(["CancelledError", "CancelledError"]);
  });

  test("a scheduled invocation is cancelled without running", async () => {
    await using env = await start({ clock: "manual" });
    const later = env.send(log, { key: "k", delay: { days: 1 } }).add("x");
    expect(later.status).toBe("scheduled");
    later.cancel();
    await expect(later.result()).rejects.toMatchObject({ code: 409, message: "canceled" });
    await env.clock.advance({ days: 2 });
    expect(await env.call(log, "k").lines()).toEqual([]);
  });

  test("so is one that waits for its key, but one that may run is told at its first await", async () => {
    await using env = await start({ clock: "manual" });
    const holder = env.send(log, "k").hold(1);
    const next = env.send(log, "k").add("next");
    await env.atRest();
    next.cancel();
    await expect(next.result()).rejects.toMatchObject({ code: 409, message: "canceled" });
    const survivor = env.send(worker).survivor();
    survivor.cancel();
    await env.atRest();
    expect(survivor.status).not.toBe("completed");
    survivor.cancel();
    expect(await survivor.result()).toEqual(["CancelledError", "CancelledError"]);
    holder.cancel();
    await expect(holder.result()).rejects.toMatchObject({ code: 409 });
    expect(await env.call(log, "k").lines()).toEqual([]);
  });

  test.each(["cancel", "kill"] as const)(
    "what is ended before its time (%s) is forgotten, and its idempotency key is free again",
    async (end) => {
      await using env = await start({ clock: "manual" });
      const options = { key: "k", delay: { days: 1 }, idempotencyKey: "once" };
      const first = env.send(log, options).add("first");
      first[end]();
      await expect(first.result()).rejects.toMatchObject({ code: 409 });
      expect(() => env.invocation(first.id)).toThrow("There is no invocation");
      const second = env.send(log, options).add("second");
      await env.clock.advance({ days: 2 });
      await second.result();
      expect(await env.call(log, "k").lines()).toEqual(["second"]);
    },
  );

  test("killing ends the call tree without a word", async () => {
    await using env = await start({ clock: "manual" });
    const parent = env.send(worker).parent("k");
    await env.atRest();
    parent.kill();
    await expect(parent.result()).rejects.toMatchObject({ code: 409, message: "killed" });
    await env.call(log, "k").add("free");
    expect(await env.call(log, "k log").lines()).toEqual([]);
  });

  test("pause and resume", async () => {
    await using env = await start();
    const sleepy = env.send(worker).sleepy(1);
    await env.atRest();
    sleepy.pause();
    await env.atRest();
    expect(sleepy.status).toBe("paused");
    await env.clock.advance({ days: 2 });
    expect(sleepy.status).toBe("paused");
    sleepy.resume();
    expect(await sleepy.result()).toBe("awake");
  });

  test("failed attempts are retried with growing delays", async () => {
    await using env = await start();
    env.mockRun("flaky", fails(4, new Error("down")));
    expect(await env.call(worker).flaky()).toBe("worked");
    expect(env.clock.now()).toBe(500 + 1_000 + 2_000 + 4_000);
  });

  test("after the last attempt the invocation is killed", async () => {
    await using env = await start();
    const mock = env.mockRun("bounded", fails(9, new Error("down")));
    await expect(env.call(worker).bounded()).rejects.toMatchObject({ code: 500, message: "down" });
    expect(mock.executions).toHaveLength(3);
    expect(env.clock.now()).toBe(11_000);
  });

  test("after the last attempt the invocation is paused until it is resumed", async () => {
    await using env = await start();
    env.mockRun("paused", fails(2, new Error("down")));
    const invocation = env.send(worker).paused();
    await env.clock.advance({ minutes: 5 });
    expect(invocation.status).toBe("paused");
    expect(invocation.waitsFor()[0]).toContain("down");
    invocation.resume();
    expect(await invocation.result()).toBe("worked");
  });

  test("a run's own policy counts its attempts and delays", async () => {
    await using env = await start();
    env.mockRun("policy", fails(9, new Error("down")));
    expect(await env.call(worker).runPolicy()).toContain("down");
    expect(env.clock.now()).toBe(3 * HOUR);
  });

  test("an attempt that hangs is cut by its timeouts, and retried", async () => {
    await using env = await start({ clock: "manual" });
    env.mockRun("hangs", ({ attempt }) =>
      attempt === 1 ? new Promise(() => undefined) : "worked",
    );
    const invocation = env.send(worker).hangs();
    await env.clock.advance({ minutes: 12 }, { whileBusy: true });
    await env.clock.advance({ minutes: 1 });
    expect(await invocation.result()).toBe("worked");
    expect(invocation.attempts[0]?.end).toMatchObject({
      kind: "cut",
      why: "the abort timeout of 600000 ms has passed",
    });
  });

  test("headers of the request reach the handler", async () => {
    await using env = await start();
    expect(await env.call(worker, { headers: { "x-tenant": "blue" } }).who()).toBe("blue");
  });

  test("handlers signal and attach to other invocations", async () => {
    await using env = await start();
    const waiting = env.send(worker).waits("go");
    const attached = env.call(worker).attacher(waiting.id);
    await env.call(worker).sender(waiting.id);
    expect(await waiting.result()).toBe("gone");
    expect(await attached).toBe("gone");
  });

  test("a signal that came before it is awaited is not lost", async () => {
    await using env = await start();
    const waiting = env.send(worker).waits("go");
    waiting.signal("go").resolve("early");
    expect(await waiting.result()).toBe("early");
  });

  test("an idempotency key holds until its retention ends", async () => {
    await using env = await start();
    const add = () => env.send(log, { key: "k", idempotencyKey: "i" }).add("x");
    const first = add();
    await first.result();
    expect(add().id).toBe(first.id);
    await env.clock.advance({ hours: 25 });
    expect(env.invocations()).toEqual([]);
    await add().result();
    expect(await env.call(log, "k").lines()).toEqual(["x", "x"]);
  });

  test("a workflow runs once for its key, and is forgotten after its retention", async () => {
    await using env = await start();
    const run = env.send(once, "w").run("a");
    expect(env.send(once, "w").run("b").id).toBe(run.id);
    await env.call(once, "w").go("fast");
    expect(await run.result()).toBe("a: fast");
    expect(await env.call(once, "w").stage()).toBe("running");
    await env.clock.advance({ hours: 3 });
    expect(await env.call(once, "w").stage()).toBeNull();
    const again = env.send(once, "w").run("c");
    await env.call(once, "w").go("again");
    expect(await again.result()).toBe("c: again");
  });

  test("shared handlers run while an exclusive one holds the key; others wait for their turn", async () => {
    await using env = await start({ clock: "manual" });
    const holder = env.send(log, "k").hold(1);
    await env.atRest();
    const second = env.send(log, "k").add("second");
    expect(await env.call(log, "k").lines()).toEqual([]);
    expect(second.status).toBe("pending");
    expect(second.waitsFor()[0]).toContain(holder.id);
    await env.clock.advance({ milliseconds: DAY });
    await second.result();
    expect(await env.call(log, "k").lines()).toEqual(["second"]);
  });

  if (variant.protocol === 7) {
    test("no more attempts of a limit key run than allowed", async () => {
      await using env = await start();
      env.limitConcurrency("tenant/gold", 2);
      occupied = 0;
      expect(Math.max(...(await env.call(worker).scoped(8)))).toBe(2);
    });
  }

  test.each([1, 2, 3])("in any order, results are the same: seed %i", async (seed) => {
    await using env = await start({ shuffle: true, seed });
    const calls = Array.from({ length: 5 }, (_, i) => env.call(log, "k").add(String(i)));
    await Promise.all(calls);
    expect((await env.call(log, "k").lines()).sort()).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("an attempt may die at any point, and the outcome stays", async () => {
    let points = 0;
    {
      await using env = await start({ cutsAt: () => (points++, false) });
      await env.call(worker).parent("k");
    }
    for (let cut = 0; cut < points; cut++) {
      let seen = 0;
      await using env = await start({ cutsAt: () => seen++ === cut });
      expect(await env.call(worker).parent("k"), `cut at point ${cut} of ${points}`).toBe("held");
    }
    expect(points).toBeGreaterThan(5);
  });
});

test("the same seed gives the same history, another one another", async () => {
  const historyOf = async (seed: number) => {
    await using env = await createTestEnvironment({ services, startAt: 0, shuffle: true, seed });
    await Promise.all([1, 2, 3, 4].map((each) => env.call(log, `k${each}`).add("x")));
    return env.runtime.world.history.events
      .map(({ kind, invocationId }) => {
        const { target } = env.invocation(invocationId);
        return `${kind} ${target}`;
      })
      .join("\n");
  };
  expect(await historyOf(1)).toBe(await historyOf(1));
  const others = await Promise.all([2, 3, 4, 5].map(historyOf));
  expect(others.some((other) => other !== others[0])).toBe(true);
});
