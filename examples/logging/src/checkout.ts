/** A service whose handler says what it does: once, however often it is replayed. */
import * as restate from "@restatedev/restate-sdk";

export interface Purchase {
  readonly cents: number;
  readonly card: string;
}

export const checkout = restate.service({
  name: "Checkout",
  handlers: {
    pay: async (ctx: restate.Context, purchase: Purchase): Promise<string> => {
      // Text for people, an object for searches: every line has the id of the invocation and its target besides.
      ctx.console.info("charging", purchase);
      const receipt = await ctx.run("charge", () => charge(purchase));
      ctx.console.info("charged", { receipt });
      await ctx.sleep({ milliseconds: 50 }, "settle");
      ctx.console.debug("settled");
      return receipt;
    },
  },
});

let requests = 0;

/** The bank, which fails at every other request. */
async function charge({ cents }: Purchase): Promise<string> {
  requests += 1;
  if (requests % 2 === 1) throw new Error("The bank does not answer");
  return `receipt over ${cents}`;
}
