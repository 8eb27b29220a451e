/** Awakeables: a promise with an id that anybody can complete, through the ingress or from another handler. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually, type IngressClient } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

/** Hands ids from handlers to tests and to other handlers. */
const bell = restate.object({
  name: "Bell",
  handlers: {
    hang: async (ctx: restate.ObjectContext, id: string) => {
      ctx.set("id", id);
    },
    id: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => ctx.get("id")),
    ring: async (ctx: restate.ObjectContext, value: unknown) => {
      ctx.resolveAwakeable((await ctx.get<string>("id")) ?? "", value);
    },
    ringWithoutValue: async (ctx: restate.ObjectContext) => {
      ctx.resolveAwakeable((await ctx.get<string>("id")) ?? "");
    },
    ringBytes: async (ctx: restate.ObjectContext, bytes: number[]) => {
      const id = (await ctx.get<string>("id")) ?? "";
      ctx.resolveAwakeable(id, new Uint8Array(bytes), restate.serde.binary);
    },
    break: async (ctx: restate.ObjectContext, reason: string) => {
      ctx.rejectAwakeable((await ctx.get<string>("id")) ?? "", reason);
    },
    breakWithCode: async (ctx: restate.ObjectContext, reason: string) => {
      const error = new restate.TerminalError(reason, { errorCode: 423 });
      ctx.rejectAwakeable((await ctx.get<string>("id")) ?? "", error);
    },
  },
});

const sleeper = restate.service({
  name: "Sleeper",
  handlers: {
    waitFor: async (ctx: restate.Context, key: string) => {
      const { id, promise } = ctx.awakeable<unknown>();
      ctx.objectSendClient(bell, key).hang(id);
      const value = await promise;
      return { value, wasUndefined: value === undefined };
    },
    waitForBytes: async (ctx: restate.Context, key: string) => {
      const { id, promise } = ctx.awakeable(restate.serde.binary);
      ctx.objectSendClient(bell, key).hang(id);
      return [...(await promise)];
    },
    ringsItself: async (ctx: restate.Context) => {
      const first = ctx.awakeable<string>();
      const second = ctx.awakeable<string>();
      ctx.resolveAwakeable(second.id, "second");
      ctx.resolveAwakeable(first.id, "first");
      return [first.id !== second.id, await first.promise, await second.promise];
    },
    waitBriefly: async (ctx: restate.Context) => {
      try {
        return await ctx.awakeable<string>().promise.orTimeout(20);
      } catch (error) {
        return error instanceof restate.TimeoutError ? `timed out with ${error.code}` : "other";
      }
    },
  },
});

export const awakeables: Behaviour = {
  name: "awakeables",
  services: [bell, sleeper],
  tests: (world) => {
    ingressTests(world);
    handlerTests(world);
  },
};

function idOnceHung(ingress: IngressClient, key: string): Promise<string> {
  return eventually(async () => {
    const id = await ingress.call<string | null>(`Bell/${key}/id`);
    expect(id).not.toBeNull();
    return id!;
  });
}

function ingressTests(world: World): void {
  it("an awakeable is resolved over HTTP", async () => {
    const key = uniqueKey();
    const result = world.ingress.call("Sleeper/waitFor", key);
    const id = await idOnceHung(world.ingress, key);
    expect(id).toMatch(/^sign_1/);
    await world.ingress.resolveAwakeable(id, { a: [1] });
    expect(await result).toEqual({ value: { a: [1] }, wasUndefined: false });
  });

  it("an awakeable resolved without a value gives undefined", async () => {
    const key = uniqueKey();
    const result = world.ingress.call("Sleeper/waitFor", key);
    await world.ingress.resolveAwakeable(await idOnceHung(world.ingress, key));
    expect(await result).toEqual({ wasUndefined: true });
  });

  it("an awakeable is rejected over HTTP with a terminal error", async () => {
    const key = uniqueKey();
    const failure = ingressErrorOf(world.ingress.call("Sleeper/waitFor", key));
    await world.ingress.rejectAwakeable(await idOnceHung(world.ingress, key), "not today");
    expect(await failure).toMatchObject({ message: "not today", status: 500 });
  });

  it("only the first completion counts", async () => {
    const key = uniqueKey();
    const result = world.ingress.call("Sleeper/waitFor", key);
    const id = await idOnceHung(world.ingress, key);
    await world.ingress.resolveAwakeable(id, "first");
    await world.ingress.resolveAwakeable(id, "second");
    expect(await result).toEqual({ value: "first", wasUndefined: false });
  });
}

function handlerTests(world: World): void {
  it.for([
    ["ring", "ding", { value: "ding", wasUndefined: false }],
    ["ringWithoutValue", undefined, { value: null, wasUndefined: false }],
  ] as const)("another handler resolves it: %s", async ([handler, value, expected]) => {
    const key = uniqueKey();
    const result = world.ingress.call("Sleeper/waitFor", key);
    await idOnceHung(world.ingress, key);
    await world.ingress.call(`Bell/${key}/${handler}`, value);
    expect(await result).toEqual(expected);
  });

  it.for([
    ["break", 500],
    ["breakWithCode", 423],
  ] as const)("another handler rejects it: %s gives code %i", async ([handler, status]) => {
    const key = uniqueKey();
    const failure = ingressErrorOf(world.ingress.call("Sleeper/waitFor", key));
    await idOnceHung(world.ingress, key);
    await world.ingress.call(`Bell/${key}/${handler}`, "cracked");
    expect(await failure).toMatchObject({ message: "cracked", status });
  });

  it("its value may be bytes", async () => {
    const key = uniqueKey();
    const result = world.ingress.call("Sleeper/waitForBytes", key);
    await idOnceHung(world.ingress, key);
    await world.ingress.call(`Bell/${key}/ringBytes`, [0, 200]);
    expect(await result).toEqual([0, 200]);
  });

  it("a handler may complete its own, before it awaits them", async () => {
    expect(await world.ingress.call("Sleeper/ringsItself")).toEqual([true, "first", "second"]);
  });

  it("an awakeable nobody completes times out", async () => {
    expect(await world.ingress.call("Sleeper/waitBriefly")).toBe("timed out with 408");
  });
}
