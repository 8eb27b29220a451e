/** A virtual object: one seat of a theatre, which is free, held for one cart, or sold. */
import * as restate from "@restatedev/restate-sdk";

export type SeatStatus = "free" | "held" | "sold";

interface SeatState {
  status: SeatStatus;
  /** The cart that it is held for or was sold to. */
  cart: string;
}

export const seat = restate.object({
  name: "Seat",
  handlers: {
    /** Answers whether the seat is held for this cart now; asking again changes nothing. */
    hold: async (ctx: restate.ObjectContext<SeatState>, cart: string): Promise<boolean> => {
      const status = (await ctx.get("status")) ?? "free";
      if (status === "free") {
        ctx.set("status", "held");
        ctx.set("cart", cart);
        return true;
      }
      return status === "held" && (await ctx.get("cart")) === cart;
    },

    /** Of a seat that is not held for this cart, or no more, nothing is released. */
    release: async (ctx: restate.ObjectContext<SeatState>, cart: string): Promise<void> => {
      if ((await ctx.get("status")) === "held" && (await ctx.get("cart")) === cart) ctx.clearAll();
    },

    sell: async (ctx: restate.ObjectContext<SeatState>, cart: string): Promise<void> => {
      if ((await ctx.get("cart")) !== cart) {
        throw new restate.TerminalError(`Seat ${ctx.key} is not held for ${cart}`, {
          errorCode: 409,
        });
      }
      ctx.set("status", "sold");
    },

    status: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<SeatState>): Promise<SeatStatus> =>
        (await ctx.get("status")) ?? "free",
    ),
  },
});
