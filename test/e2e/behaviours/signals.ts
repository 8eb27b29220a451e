/** Signals: named messages to a running invocation. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

interface SignalRequest {
  readonly id: string;
  readonly name: string;
  readonly value?: unknown;
}

const tower = restate.service({
  name: "Tower",
  handlers: {
    one: async (ctx: restate.Context, name: string) => ctx.signal<unknown>(name),

    bytes: async (ctx: restate.Context) => [...(await ctx.signal("bytes", restate.serde.binary))],

    inTurn: async (ctx: restate.Context, count: number) => {
      const received: unknown[] = [];
      for (let i = 0; i < count; i++) received.push(await ctx.signal("tick"));
      return received;
    },

    two: async (ctx: restate.Context) => {
      const a = ctx.signal<string>("a");
      const b = ctx.signal<string>("b");
      return `${await b} then ${await a}`;
    },

    late: async (ctx: restate.Context) => {
      await ctx.sleep(50);
      return ctx.signal("early");
    },

    all: async (ctx: restate.Context) =>
      restate.RestatePromise.all([ctx.signal("a"), ctx.signal("b"), ctx.signal("c")]),

    any: async (ctx: restate.Context) =>
      restate.RestatePromise.any([ctx.signal("a"), ctx.signal("b"), ctx.signal("c")]),

    race: async (ctx: restate.Context) =>
      restate.RestatePromise.race([ctx.signal("a"), ctx.signal("b"), ctx.signal("c")]),

    settled: async (ctx: restate.Context) => {
      const results = await restate.RestatePromise.allSettled([ctx.signal("a"), ctx.signal("b")]);
      return results.map((result) =>
        result.status === "fulfilled" ? result.value : (result.reason as Error).message,
      );
    },
  },
});

const pilot = restate.service({
  name: "Pilot",
  handlers: {
    resolve: async (ctx: restate.Context, { id, name, value }: SignalRequest) => {
      reference(ctx, id).signal(name).resolve(value);
    },
    resolveBytes: async (ctx: restate.Context, { id, value }: SignalRequest) => {
      const bytes = new Uint8Array(value as number[]);
      reference(ctx, id).signal("bytes", restate.serde.binary).resolve(bytes);
    },
    reject: async (ctx: restate.Context, { id, name, value }: SignalRequest) => {
      reference(ctx, id).signal(name).reject(String(value));
    },
    rejectWithCode: async (ctx: restate.Context, { id, name, value }: SignalRequest) => {
      const error = new restate.TerminalError(String(value), { errorCode: 423 });
      reference(ctx, id).signal(name).reject(error);
    },
  },
});

function reference(ctx: restate.Context, id: string): restate.InvocationReference {
  return ctx.invocation(restate.InvocationIdParser.fromString(id));
}

export const signals: Behaviour = {
  name: "signals",
  services: [tower, pilot],
  tests: (world) => {
    deliveryTests(world);
    combinatorTests(world);
  },
};

type SignalVerb = "resolve" | "resolveBytes" | "reject" | "rejectWithCode";

/** Starts a waiting invocation and returns how to signal it and what it ends with. */
async function waiting(world: World, handler: string, input?: unknown) {
  const { invocationId: id } = await world.ingress.send(`Tower/${handler}`, input);
  return {
    signal: (verb: SignalVerb, name: string, value?: unknown) =>
      world.ingress.call(`Pilot/${verb}`, { id, name, value }),
    result: () => world.ingress.attach(id),
  };
}

function deliveryTests(world: World): void {
  it.for([["text"], [{ a: [1] }], [null], [0]])("a signal delivers %j", async ([value]) => {
    const { signal, result } = await waiting(world, "one", "mine");
    await signal("resolve", "mine", value);
    expect(await result()).toEqual(value);
  });

  it("a signal may carry bytes", async () => {
    const { signal, result } = await waiting(world, "bytes");
    await signal("resolveBytes", "bytes", [0, 200]);
    expect(await result()).toEqual([0, 200]);
  });

  it.for([
    ["reject", 500],
    ["rejectWithCode", 423],
  ] as const)("a rejected signal is a terminal error: %s gives code %i", async ([verb, status]) => {
    const { signal, result } = await waiting(world, "one", "mine");
    await signal(verb, "mine", "no landing");
    expect(await ingressErrorOf(result())).toMatchObject({ message: "no landing", status });
  });

  it("signals of one name arrive in the order they were sent", async () => {
    const { signal, result } = await waiting(world, "inTurn", 4);
    for (const value of [1, 2, 3, 4]) await signal("resolve", "tick", value);
    expect(await result()).toEqual([1, 2, 3, 4]);
  });

  it("signals of different names don't mix, in whatever order they arrive", async () => {
    const { signal, result } = await waiting(world, "two");
    await signal("resolve", "a", "A");
    await signal("resolve", "b", "B");
    expect(await result()).toBe("B then A");
  });

  it("a signal that nobody awaits yet is kept", async () => {
    const { signal, result } = await waiting(world, "late");
    await signal("resolve", "early", "kept");
    expect(await result()).toBe("kept");
  });
}

function combinatorTests(world: World): void {
  it("all waits for every signal", async () => {
    const { signal, result } = await waiting(world, "all");
    for (const name of ["c", "a", "b"]) await signal("resolve", name, name);
    expect(await result()).toEqual(["a", "b", "c"]);
  });

  it("all fails with the first rejection", async () => {
    const { signal, result } = await waiting(world, "all");
    await signal("resolve", "a", "a");
    await signal("reject", "c", "first");
    expect(await ingressErrorOf(result())).toMatchObject({ message: "first" });
  });

  it("any skips rejected signals", async () => {
    const { signal, result } = await waiting(world, "any");
    await signal("reject", "a", "no");
    await signal("reject", "c", "no");
    await signal("resolve", "b", "yes");
    expect(await result()).toBe("yes");
  });

  it("race takes the first signal", async () => {
    const { signal, result } = await waiting(world, "race");
    await signal("resolve", "b", "B");
    await signal("resolve", "a", "A");
    expect(await result()).toBe("B");
  });

  it("allSettled reports every outcome", async () => {
    const { signal, result } = await waiting(world, "settled");
    await signal("reject", "b", "no");
    await signal("resolve", "a", "yes");
    expect(await result()).toEqual(["yes", "no"]);
  });
}
