/** A virtual object: a cart for every customer, which holds seats for a while and sells them when they are paid. */
import * as restate from "@restatedev/restate-sdk";
import { CardDeclined, payments, type Payment, type Receipt } from "./payments.js";
import { seat } from "./seat.js";

export interface Choice {
  readonly seat: string;
  readonly cents: number;
  /** How long the seat is held. Default: a quarter of an hour. */
  readonly heldFor?: restate.Duration;
}

export interface Item {
  readonly seat: string;
  readonly cents: number;
  /** Tells this time in the cart from an earlier one of the same seat. */
  readonly ticket: string;
}

interface CartState {
  items: readonly Item[];
}

export const shoppingCart = restate.object({
  name: "ShoppingCart",
  handlers: {
    // Carts call seats and seats call nobody: where calls go in one direction only, no two can wait for each other.
    add: async (ctx: restate.ObjectContext<CartState>, choice: Choice): Promise<boolean> => {
      const items = (await ctx.get("items")) ?? [];
      if (items.some((item) => item.seat === choice.seat)) return true;
      if (!(await hold(ctx, choice.seat))) return false;

      const item = { seat: choice.seat, cents: choice.cents, ticket: ctx.rand.uuidv4() };
      ctx.set("items", [...items, item]);
      // A message to this cart, which Restate delivers later. To sleep here instead would close the cart to all others.
      ctx
        .objectSendClient(shoppingCart, ctx.key)
        .expire(item.ticket, restate.rpc.sendOpts({ delay: choice.heldFor ?? { minutes: 15 } }));
      return true;
    },

    remove: async (ctx: restate.ObjectContext<CartState>, seatId: string): Promise<void> => {
      await takeOut(ctx, (item) => item.seat === seatId);
    },

    // The message comes also when the seat was removed, or removed and added again: then its ticket is not here any more.
    expire: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: restate.ObjectContext<CartState>, ticket: string): Promise<void> => {
        await takeOut(ctx, (item) => item.ticket === ticket);
      },
    ),

    // Whatever expires while this is at work has to wait, and then finds an empty cart: what is being paid is not taken away.
    checkout: async (ctx: restate.ObjectContext<CartState>, card: string): Promise<Receipt> => {
      const items = (await ctx.get("items")) ?? [];
      if (items.length === 0) throw new restate.TerminalError("Empty cart", { errorCode: 400 });
      const cents = items.reduce((sum, item) => sum + item.cents, 0);
      // Made outside of the step, so that it is the same if the step has to be repeated: nobody pays twice.
      const id = ctx.rand.uuidv4();
      const receipt = await charge(ctx, { id, cents, card });
      // The seats are held for this cart, so nobody refuses from here on. Messages are certain, and no cancellation of the
      // checkout stops them half-way, as it would stop calls.
      for (const item of items) ctx.objectSendClient(seat, item.seat).sell(ctx.key);
      ctx.clear("items");
      return receipt;
    },

    items: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<CartState>): Promise<readonly Item[]> =>
        (await ctx.get("items")) ?? [],
    ),
  },
  options: {
    // All other errors are retried. That the bank says no is an answer, which the customer has to get.
    asTerminalError: (error) =>
      error instanceof CardDeclined
        ? new restate.TerminalError(error.message, { errorCode: 402 })
        : undefined,
  },
});

async function hold(ctx: restate.ObjectContext<CartState>, seatId: string): Promise<boolean> {
  try {
    return await ctx.objectClient(seat, seatId).hold(ctx.key);
  } catch (error) {
    // Cancelled while it waited. A seat that is held for a cart that does not know of it would be held for ever.
    ctx.objectSendClient(seat, seatId).release(ctx.key);
    throw error;
  }
}

async function charge(ctx: restate.ObjectContext<CartState>, payment: Payment): Promise<Receipt> {
  try {
    return await ctx.run("charge the card", () => payments.charge(payment));
  } catch (error) {
    // Declined, or the checkout was cancelled while the request was on its way: nobody knows what has become of it.
    await ctx.run("call off the payment", () => payments.callOff(payment.id));
    throw error;
  }
}

async function takeOut(
  ctx: restate.ObjectContext<CartState>,
  isMeant: (item: Item) => boolean,
): Promise<void> {
  const items = (await ctx.get("items")) ?? [];
  const item = items.find(isMeant);
  if (item === undefined) return;
  ctx.objectSendClient(seat, item.seat).release(ctx.key);
  ctx.set(
    "items",
    items.filter((other) => other !== item),
  );
}
