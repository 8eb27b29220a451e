/** A virtual object: a counter for every key, with state that outlives processes and one writer at a time. */
import * as restate from "@restatedev/restate-sdk";

/** The state of one counter. Names and types are checked in `ctx.get` and `ctx.set`. */
interface CounterState {
  count: number;
}

export const counter = restate.object({
  name: "Counter",
  handlers: {
    // Only one of these runs at a time for a key, so nobody changes the count between reading and writing it.
    add: async (ctx: restate.ObjectContext<CounterState>, amount: number): Promise<number> => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },

    reset: async (ctx: restate.ObjectContext<CounterState>): Promise<void> => {
      ctx.clear("count");
    },

    // A shared handler may only read. It is served at any time, also while a writer is at work.
    value: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<CounterState>): Promise<number> =>
        (await ctx.get("count")) ?? 0,
    ),
  },
});
