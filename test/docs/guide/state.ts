/** The code of docs/state.md. */
import * as restate from "@restatedev/restate-sdk";

interface CartState {
  items: Item[];
  /** Added in a later version: carts from before have none. */
  currency: string;
}

interface Item {
  readonly sku: string;
  readonly cents: number;
}

export const cart = restate.object({
  name: "Cart",
  handlers: {
    add: async (ctx: restate.ObjectContext<CartState>, item: Item) => {
      const items = [...((await ctx.get("items")) ?? []), item];
      ctx.set("items", items);
      return items.length;
    },

    // Runs beside `add`, and may only read.
    total: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext<CartState>) => {
      const items = (await ctx.get("items")) ?? [];
      const currency = (await ctx.get("currency")) ?? "EUR";
      return { cents: items.reduce((sum, { cents }) => sum + cents, 0), currency };
    }),

    checkout: async (ctx: restate.ObjectContext<CartState>) => {
      const items = (await ctx.get("items")) ?? [];
      if (items.length === 0) {
        throw new restate.TerminalError("The cart is empty", { errorCode: 409 });
      }
      await ctx.run("place the order", () => placeOrder(ctx.key, items));
      ctx.clearAll();
    },
  },
});

export const hasty = restate.object({
  name: "Hasty",
  handlers: {
    spend: async (ctx: restate.ObjectContext<{ spent: number }>, cents: number) => {
      ctx.set("spent", cents); // Stays, although the handler fails below.
      if (cents > 100) throw new restate.TerminalError("Too much");
    },
  },
});

export const archive = restate.object({
  name: "Archive",
  handlers: {
    read: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, day: string) =>
      ctx.get<string>(day),
    ),
  },
  options: { enableLazyState: true },
});

/** What the compiler refuses, and the server too if it is forced through. */
export const sneaky = restate.object({
  name: "Sneaky",
  handlers: {
    write: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
      (ctx as restate.ObjectContext).set("written", true);
    }),
  },
});

async function placeOrder(_customer: string, _items: readonly Item[]): Promise<void> {}
