/** What docs/dos-and-donts.md says catches what: every mistake is made here, and caught. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as restate from "@restatedev/restate-sdk";
import { connect } from "@restatedev/restate-sdk-clients";
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type CheckOptions,
} from "@restatedev/restate-sdk-testing";
import { Linter } from "eslint";
import { expect, it } from "vitest";
import servicesConfig from "./eslint-services.js";

type Handler = (ctx: restate.ObjectContext) => Promise<unknown>;

const sleep = async (ctx: restate.Context) => ctx.sleep({ hours: 1 });

interface Mistake {
  readonly handler: Handler;
  /** What the check says. */
  readonly caught: RegExp;
  readonly checks?: CheckOptions;
}

const mistakes: Record<string, Mistake> = {
  "waiting for something outside of ctx.run": {
    handler: async (ctx) => {
      await delay(1);
      await sleep(ctx);
    },
    caught: /outside of ctx\.run|foreignAwait/,
  },
  "the system's clock": {
    handler: async (ctx) => {
      await sleep(ctx);
      return Date.now();
    },
    checks: { globals: true },
    caught: /Date\.now/,
  },
  "an id that decides what is called": {
    handler: async (ctx) => {
      const id = randomUUID();
      await sleep(ctx);
      await ctx.run(`store ${id}`, () => id);
    },
    caught: /mismatch/i,
  },
  "the context inside of ctx.run": {
    handler: async (ctx) => ctx.run("outer", async () => ctx.get("x")),
    caught: /inside the action of/,
  },
  "a value that JSON does not keep": {
    handler: async (ctx) => ctx.run("now", () => new Date(0)),
    caught: /roundTrip/,
  },
  "a run that nobody awaits": {
    handler: async (ctx) => {
      void ctx.run("forgotten", () => 1);
      await Promise.resolve();
    },
    caught: /unawaited/,
  },
  "an exclusive handler that keeps its key": {
    handler: async (ctx) => ctx.sleep({ days: 3 }),
    checks: { keyHeldFor: { minutes: 5 } },
    caught: /keyHeldFor/,
  },
  "a call to oneself": {
    handler: async (ctx) =>
      ctx.genericCall({
        service: "Thing",
        key: ctx.key,
        method: "handler",
        parameter: new Uint8Array(),
      }),
    caught: /deadlock/,
  },
  "an error that no retry can help": {
    handler: async () => {
      throw new Error("there is no such customer");
    },
    caught: /there is no such customer/,
  },
};

it.each(Object.entries(mistakes))("%s", async (_, { handler, checks, caught }) => {
  const thing = restate.object({ name: "Thing", handlers: { handler } });
  const env = await createTestEnvironment({
    services: [thing],
    ...(checks !== undefined && { checks }),
  });
  await expect(
    (async () => {
      await env.call(thing, "k").handler();
      await env.dispose();
    })(),
  ).rejects.toThrow(caught);
  await env.dispose().catch(() => undefined);
});

it("the ingress client inside of a handler, without a key", async () => {
  let url = "";
  const caller = restate.service({
    name: "Caller",
    handlers: {
      call: async (ctx: restate.Context) =>
        ctx.run("call", () =>
          connect({ url, fetch: env.fetch }).call({
            service: "Caller",
            handler: "other",
            parameter: 1,
          }),
        ),
      other: async (_ctx: restate.Context, value: number) => value,
    },
  });
  const env = await createTestEnvironment({ services: [caller] });
  url = env.url;
  await expect(env.call(caller).call()).rejects.toThrow(/ingressCall/);
  await env.dispose().catch(() => undefined);
});

it("an effect that a crash repeats", async () => {
  const shop = restate.service({
    name: "Shop",
    handlers: { pay: async (ctx: restate.Context) => ctx.run("pay", () => undefined) },
  });
  const paying = exploreCrashes({
    services: [shop],
    run: async (env, effects) => {
      env.mockRun("pay", () => effects.record("payment"));
      await env.call(shop).pay();
    },
  });
  await expect(paying).rejects.toThrow(/happened 2 times/);
});

it("a variable that a run changes", async () => {
  const shop = restate.service({
    name: "Shop",
    handlers: {
      pay: async (ctx: restate.Context) => {
        let isPaid = false;
        await ctx.run("pay", () => {
          isPaid = true;
        });
        return isPaid;
      },
    },
  });
  const paying = exploreSchedules({
    services: [shop],
    run: async (env) => env.call(shop).pay(),
  });
  await expect(paying).rejects.toThrow(/result/);
});

it("a cancellation that is swallowed", async () => {
  const stubborn = restate.service({
    name: "Stubborn",
    handlers: {
      wait: async (ctx: restate.Context) => {
        await ctx.sleep({ hours: 1 }).catch(() => undefined);
        return "done";
      },
    },
  });
  const cancelling = exploreCancellations({
    services: [stubborn],
    run: async (env) => env.call(stubborn).wait(),
  });
  await expect(cancelling).rejects.toThrow(/cancel/i);
});

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- what is not there has no type */
it("what types forbid", () => {
  restate.service({
    name: "Plain",
    handlers: {
      // @ts-expect-error A service has no state.
      a: async (ctx: restate.Context) => ctx.get("x"),
      // @ts-expect-error Promises by name belong to workflows.
      b: async (ctx: restate.Context) => ctx.promise("x"),
    },
  });
  restate.workflow({
    name: "Process",
    handlers: {
      run: async (ctx: restate.WorkflowContext) => ctx.set("x", 1),
      // @ts-expect-error Only run writes state.
      c: async (ctx: restate.WorkflowSharedContext) => ctx.set("x", 1),
    },
  });
  restate.object({
    name: "Thing",
    handlers: {
      d: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
        // @ts-expect-error Shared handlers do not write.
        ctx.set("x", 1);
      }),
    },
  });
});

/* eslint-enable */

it("what the lint rule of the page finds, and what it lets pass", () => {
  const rule = servicesConfig.at(-1)?.rules?.["no-restricted-syntax"];
  const found = (code: string) =>
    new Linter().verify(code, [{ rules: { "no-restricted-syntax": rule } }]).length;
  for (const use of [
    "Date.now()",
    "new Date()",
    "Math.random()",
    "fetch(url)",
    "setTimeout(f, 1)",
  ]) {
    expect([use, found(`const x = ${use};`)]).toEqual([use, 1]);
    expect([use, found(`ctx.run("x", async () => { await ${use}; });`)]).toEqual([use, 0]);
  }
  expect(found("const x = new Date(0);")).toBe(0);
});
