/** What the ingress client is tried on. */
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

/** How often an effect happened, by the key of the test. */
export const effects = new Map<string, number>();

export const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (_ctx: restate.Context, name: string) => `Hello ${name}`,
    nothing: async (_ctx: restate.Context) => {},
    headers: async (ctx: restate.Context) => Object.fromEntries(ctx.request().headers.entries()),
    fail: async (_ctx: restate.Context, errorCode: number) => {
      throw new restate.TerminalError("sold out", { errorCode, metadata: { item: "hat" } });
    },
    /** Takes a while; the effect happens once for an invocation. */
    work: async (ctx: restate.Context, key: string) => {
      const count = await ctx.run("effect", () => {
        effects.set(key, (effects.get(key) ?? 0) + 1);
        return effects.get(key) ?? 0;
      });
      await ctx.sleep(50);
      return count;
    },
    reverse: restate.handlers.handler(
      { input: restate.serde.binary, output: restate.serde.binary },
      async (_ctx: restate.Context, bytes: Uint8Array) => Uint8Array.from(bytes).reverse(),
    ),
    /** Tells its awakeable to the waiting test and waits for somebody to complete it. */
    wait: async (ctx: restate.Context, key: string) => {
      const { id, promise } = ctx.awakeable<{ answer: number }>();
      await ctx.run("tell", () => void awakeables.set(key, id));
      return promise;
    },
  },
});

export const awakeables = new Map<string, string>();

export const counter = restate.object({
  name: "Counter",
  handlers: {
    add: async (ctx: restate.ObjectContext, by: number) => {
      const total = ((await ctx.get<number>("total")) ?? 0) + by;
      ctx.set("total", total);
      return { key: ctx.key, total };
    },
  },
});

export const signup = restate.workflow({
  name: "Signup",
  handlers: {
    run: async (ctx: restate.WorkflowContext, name: string) => {
      const word = await ctx.promise<string>("word");
      return `${name} says ${word}`;
    },
    say: async (ctx: restate.WorkflowSharedContext, word: string) => {
      await ctx.promise<string>("word").resolve(word);
    },
  },
});

const order = z.object({ id: z.string(), amount: z.number().default(1) });

export const shop = {
  orders: restate.iface.service("Orders", {
    place: restate.iface.schemas({ input: order, output: order }),
    sign: restate.iface.serdes({ input: restate.serde.binary, output: restate.serde.binary }),
  }),
  delivery: restate.iface.workflow("Delivery", {
    run: restate.iface.serdes({ input: restate.serde.binary, output: restate.serde.binary }),
    where: restate.iface.json<void, string>(),
  }),
};

const orders = restate.implement(shop.orders, {
  handlers: {
    place: async (_ctx, placed) => placed,
    sign: async (_ctx, bytes) => Uint8Array.from([...bytes, 0]),
  },
});

const delivery = restate.implement(shop.delivery, {
  handlers: {
    run: async (ctx, bytes) => {
      await ctx.sleep(50);
      return Uint8Array.from(bytes).reverse();
    },
    where: async () => "on the way",
  },
});

export const services = [greeter, counter, signup, orders, delivery];
