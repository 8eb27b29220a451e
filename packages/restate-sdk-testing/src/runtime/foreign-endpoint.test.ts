/** Endpoints that know nothing of the runtime: they keep their own time and do not tell when they rest. */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import type { Deployment } from "./connection.js";
import { inProcess } from "./in-process.js";
import { TestRuntime, VARIANTS, type Services } from "./runtime.fixture.js";
import { Runtime } from "./runtime.js";

const service = restate.service({
  name: "Foreign",
  handlers: {
    month: async (ctx: restate.Context) => {
      const slow = await ctx.run("slow", async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return "slow";
      });
      await ctx.sleep({ days: 30 });
      return `${slow} month`;
    },
    parallel: async (ctx: restate.Context) => {
      const steps = [3, 1, 2].map((delay) =>
        ctx.run(async () => {
          await new Promise((resolve) => setTimeout(resolve, delay));
          return delay;
        }),
      );
      return restate.RestatePromise.all(steps);
    },
    fails: async (ctx: restate.Context) => {
      await ctx.run("fails", () => {
        if (Math.random() >= 0) throw new Error("down");
      });
    },
  },
});

/** Hides the host from the endpoint, as a connection to another process would. */
function foreign(services: Services): Deployment {
  const deployment = inProcess({ services, logger: () => undefined });
  return {
    ...deployment,
    isHosted: false,
    open: (request, events) => deployment.open({ ...request, host: {} }, events),
  };
}

describe.each(VARIANTS)("protocol $protocol, $mode", (variant) => {
  async function start(): Promise<TestRuntime> {
    const runtime = new Runtime({ ...variant, startAt: 0 });
    await runtime.register(foreign([service]));
    return TestRuntime.of(runtime);
  }

  test("sleeps last as long as they say, however far the clocks are apart", async () => {
    await using env = await start();
    expect(await env.call("Foreign/month")).toBe("slow month");
    const days = env.runtime.clock.now() / 86_400_000;
    expect(days).toBeGreaterThan(29.99);
    expect(days).toBeLessThan(30.01);
  });

  test("steps at work keep time from passing", async () => {
    await using env = await start();
    expect(await env.call("Foreign/parallel")).toEqual([3, 1, 2]);
    expect(env.runtime.clock.now()).toBe(0);
  });

  test("retries end where the policy says", async () => {
    await using env = await start();
    const invocation = env.send("Foreign/fails");
    await env.runtime.clock.advance({ days: 7 });
    expect(invocation.status.kind).toBe("paused");
    expect(invocation.attempts).toHaveLength(70);
  });
});
