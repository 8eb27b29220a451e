import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import { TestRuntime, VARIANTS } from "./runtime.fixture.js";

const DAY = 86_400_000;

const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (_ctx: restate.Context, name: string) => `Hello, ${name}`,
    steps: async (ctx: restate.Context, names: string[]) => {
      const results: string[] = [];
      for (const name of names) results.push(await ctx.run(name, () => `${name} done`));
      return results;
    },
    asyncStep: async (ctx: restate.Context) =>
      ctx.run("slow", async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return "slow done";
      }),
    nap: async (ctx: restate.Context, days: number) => {
      const before = await ctx.date.now();
      await ctx.sleep({ days });
      return (await ctx.date.now()) - before;
    },
    naps: async (ctx: restate.Context) => {
      const order: number[] = [];
      await restate.RestatePromise.all(
        [3, 1, 2].map((days) => ctx.sleep({ days }).map(() => void order.push(days))),
      );
      return order;
    },
    fails: async () => {
      throw new restate.TerminalError("no", { errorCode: 418 });
    },
    timeout: async (ctx: restate.Context) => {
      const { promise } = ctx.awakeable<string>();
      try {
        return await promise.orTimeout({ days: 30 });
      } catch (error) {
        return (error as Error).name;
      }
    },
  },
});

const counter = restate.object({
  name: "Counter",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ count: number }>, amount: number) => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      await ctx.sleep(10);
      ctx.set("count", count);
      return count;
    },
    get: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ count: number }>) => (await ctx.get("count")) ?? 0,
    ),
    keys: async (ctx: restate.ObjectContext) => ctx.stateKeys(),
    clear: async (ctx: restate.ObjectContext) => ctx.clearAll(),
  },
});

const caller = restate.service({
  name: "Caller",
  handlers: {
    call: async (ctx: restate.Context, name: string) => ctx.serviceClient(greeter).greet(name),
    failing: async (ctx: restate.Context) => {
      try {
        return await ctx.serviceClient(greeter).fails();
      } catch (error) {
        return (error as restate.TerminalError).code;
      }
    },
    fanOut: async (ctx: restate.Context, count: number) => {
      const calls = Array.from({ length: count }, (_, i) =>
        ctx.serviceClient(greeter).greet(String(i)),
      );
      return (await restate.RestatePromise.all(calls)).length;
    },
    send: async (ctx: restate.Context, key: string) => {
      const client = ctx.objectSendClient(counter, key);
      client.add(1);
      client.add(2, restate.rpc.sendOpts({ delay: { days: 1 } }));
      await ctx.sleep({ hours: 1 });
      const early = await ctx.objectClient(counter, key).get();
      await ctx.sleep({ days: 2 });
      return [early, await ctx.objectClient(counter, key).get()];
    },
  },
});

const services = [greeter, counter, caller];

describe.each(VARIANTS)("protocol $protocol, $mode", (variant) => {
  const start = () => TestRuntime.start(services, variant);

  test("a handler answers", async () => {
    await using env = await start();
    expect(await env.call("Greeter/greet", "Ada")).toBe("Hello, Ada");
  });

  test("steps run once, in order", async () => {
    await using env = await start();
    expect(await env.call("Greeter/steps", ["a", "b", "c"])).toEqual([
      "a done",
      "b done",
      "c done",
    ]);
  });

  test("a step that really waits is waited for", async () => {
    await using env = await start();
    expect(await env.call("Greeter/asyncStep")).toBe("slow done");
    expect(env.runtime.clock.now()).toBe(0);
  });

  test("sleeping takes no time, and as much virtual time as it says", async () => {
    await using env = await start();
    expect(await env.call("Greeter/nap", 30)).toBe(30 * DAY);
    expect(env.runtime.clock.now()).toBe(30 * DAY);
  });

  test("timers fire in the order of their times", async () => {
    await using env = await start();
    expect(await env.call("Greeter/naps")).toEqual([1, 2, 3]);
  });

  test("what nobody completes runs into its timeout", async () => {
    await using env = await start();
    expect(await env.call("Greeter/timeout")).toBe("TimeoutError");
  });

  test("a terminal error is the result", async () => {
    await using env = await start();
    await expect(env.call("Greeter/fails")).rejects.toMatchObject({ code: 418, message: "no" });
  });

  test("state is kept by key, and exclusive handlers run one after the other", async () => {
    await using env = await start();
    const sums = await Promise.all([1, 2, 3].map((amount) => env.call("Counter/a/add", amount)));
    expect(sums).toEqual([1, 3, 6]);
    expect(await env.call("Counter/a/get")).toBe(6);
    expect(await env.call("Counter/b/get")).toBe(0);
    expect(await env.call("Counter/a/keys")).toEqual(["count"]);
    await env.call("Counter/a/clear");
    expect(await env.call("Counter/a/keys")).toEqual([]);
  });

  test.each(["eager", "lazy", "partial"] as const)("%s state is the same state", async (state) => {
    await using env = await TestRuntime.start(services, { ...variant, state });
    expect(await env.call("Counter/a/add", 2)).toBe(2);
    expect(await env.call("Counter/a/add", 3)).toBe(5);
    expect(await env.call("Counter/a/keys")).toEqual(["count"]);
  });

  test("calls give results and failures", async () => {
    await using env = await start();
    expect(await env.call("Caller/call", "Bob")).toBe("Hello, Bob");
    expect(await env.call("Caller/failing")).toBe(418);
    expect(await env.call("Caller/fanOut", 20)).toBe(20);
  });

  test("sends run, delayed ones later", async () => {
    await using env = await start();
    expect(await env.call("Caller/send", "k")).toEqual([1, 3]);
  });
});
