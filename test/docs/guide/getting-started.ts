/** The code of docs/getting-started.md. */
import * as restate from "@restatedev/restate-sdk";

export const orders = restate.service({
  name: "Orders",
  handlers: {
    place: async (ctx: restate.Context, order: { item: string; cents: number }) => {
      const receipt = await ctx.run("charge the card", () => charge(order.cents));
      await ctx.sleep({ seconds: 20 });
      await ctx.run("send the receipt", () => sendReceipt(receipt));
      return receipt;
    },
  },
});

// They stand for requests to a payment and a mail provider.
async function charge(cents: number): Promise<string> {
  console.log(`charging ${cents}`);
  return `receipt ${Math.random().toString(36).slice(2)}`;
}

async function sendReceipt(receipt: string): Promise<void> {
  console.log(`sending ${receipt}`);
}
