/** Scopes and limit keys, which need service protocol V7: isolated identities and bounded concurrency. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const cart = restate.object({
  name: "Cart",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ items: string[] }>, item: string) => {
      const items = [...((await ctx.get("items")) ?? []), item];
      ctx.set("items", items);
      return items;
    },
    where: async (ctx: restate.ObjectContext) => {
      const { scope, limitKey } = ctx.request();
      return { scope, limitKey };
    },
  },
});

const till = restate.workflow({
  name: "Till",
  handlers: {
    run: async (ctx: restate.WorkflowContext, amount: number) => {
      const tip = await ctx.promise<number>("tip");
      return amount + tip;
    },
    tip: async (ctx: restate.WorkflowSharedContext, amount: number) => {
      await ctx.promise<number>("tip").resolve(amount);
    },
  },
});

const heldByRound = new Map<string, number>();

const slot = restate.service({
  name: "Slot",
  handlers: {
    /** Holds a slot for a while and tells how many were held at the same time. */
    occupy: async (ctx: restate.Context, round: string) =>
      ctx.run("occupy", async () => {
        const held = (heldByRound.get(round) ?? 0) + 1;
        heldByRound.set(round, held);
        await new Promise((resolve) => setTimeout(resolve, 50));
        heldByRound.set(round, (heldByRound.get(round) ?? 0) - 1);
        return held;
      }),
  },
});

const shop = restate.service({
  name: "Shop",
  handlers: {
    addIn: async (ctx: restate.Context, { scope, key }: { scope: string; key: string }) => {
      const scoped = ctx.scope(scope).objectClient(cart, key);
      await scoped.add("scoped");
      await ctx.objectClient(cart, key).add("unscoped");
      return { scoped: await scoped.add("again"), ...(await scoped.where()) };
    },

    addOnce: async (ctx: restate.Context, { scope, key }: { scope: string; key: string }) => {
      const once = restate.rpc.opts<string, string[]>({ idempotencyKey: key });
      return [
        await ctx.scope(scope).objectClient(cart, key).add("a", once),
        await ctx.scope(scope).objectClient(cart, key).add("b", once),
        await ctx.objectClient(cart, key).add("c", once),
      ];
    },

    generic: async (ctx: restate.Context, { scope, key }: { scope: string; key: string }) =>
      ctx.genericCall<null, unknown>({
        service: "Cart",
        method: "where",
        key,
        parameter: null,
        scope,
        limitKey: "gold/ada",
        inputSerde: restate.serde.json,
        outputSerde: restate.serde.json,
      }),

    checkOut: async (ctx: restate.Context, { scope, key }: { scope: string; key: string }) => {
      const scoped = ctx.scope(scope);
      const total = scoped.workflowClient(till, key).run(100);
      await scoped.workflowClient(till, key).tip(5);
      return total;
    },

    occupyMany: async (ctx: restate.Context, request: { scope: string; round: string }) => {
      const client = ctx.scope(request.scope).serviceClient(slot);
      const limit = restate.rpc.opts<string, number>({ limitKey: "gold" });
      const calls = Array.from({ length: 6 }, () => client.occupy(request.round, limit));
      return Math.max(...(await restate.RestatePromise.all(calls)));
    },
  },
});

export const scopes: Behaviour = {
  name: "scopes",
  services: [cart, till, slot, shop],
  appliesTo: (world) => world.hasV7,
  tests: (world) => {
    const scopedKey = (): { scope: string; key: string } => ({
      scope: uniqueScope(),
      key: uniqueKey(),
    });

    it("an object in a scope is another one than outside of it", async () => {
      const input = scopedKey();
      expect(await world.ingress.call("Shop/addIn", input)).toEqual({
        scoped: ["scoped", "again"],
        scope: input.scope,
      });
      expect(await world.ingress.call(`Cart/${input.key}/add`, "x")).toEqual(["unscoped", "x"]);
    });

    it("the ingress reaches the object in a scope", async () => {
      const { scope, key } = scopedKey();
      await world.ingress.call(`Cart/${key}/add`, "a", { scope });
      expect(await world.ingress.call(`Cart/${key}/add`, "b", { scope })).toEqual(["a", "b"]);
    });

    it("an idempotency key counts within its scope", async () => {
      expect(await world.ingress.call("Shop/addOnce", scopedKey())).toEqual([["a"], ["a"], ["c"]]);
    });

    it("a generic call carries scope and limit key", async () => {
      const input = scopedKey();
      expect(await world.ingress.call("Shop/generic", input)).toEqual({
        scope: input.scope,
        limitKey: "gold/ada",
      });
    });

    it("a workflow runs in a scope", async () => {
      expect(await world.ingress.call("Shop/checkOut", scopedKey())).toBe(105);
    });

    it("no more invocations of a limit key run than its rule allows", () => limitTest(world));
  },
};

/** At most 36 characters. */
function uniqueScope(): string {
  return `scope-${uniqueKey().slice(0, 8)}`;
}

async function limitTest(world: World): Promise<void> {
  const scope = uniqueScope();
  await world.admin.limitConcurrency(`${scope}/gold`, 2);
  // The server notices the new rule after a while.
  await eventually(async () => {
    const round = uniqueKey();
    expect(await world.ingress.call("Shop/occupyMany", { scope, round })).toBeLessThanOrEqual(2);
  });
}
