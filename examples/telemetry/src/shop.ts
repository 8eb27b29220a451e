/** Two services that call each other, to be seen in one trace. */
import { trace } from "@opentelemetry/api";
import * as restate from "@restatedev/restate-sdk";

export const warehouse = restate.service({
  name: "TracedWarehouse",
  handlers: {
    reserve: async (ctx: restate.Context, item: string): Promise<boolean> =>
      ctx.run("reserve", () => reserve(item)),
  },
});

export const shop = restate.service({
  name: "TracedShop",
  handlers: {
    buy: async (ctx: restate.Context, item: string): Promise<number> => {
      // The span of this attempt. A replay adds the event again, and the hook drops it.
      trace.getActiveSpan()?.addEvent("wanted", { item });
      const cents = await ctx.run("look up the price", () => 420);
      await ctx.serviceClient(warehouse).reserve(item);
      trace.getActiveSpan()?.addEvent("sold");
      return cents;
    },
  },
});

let requests = 0;

/** Stands in for a library that traces what it does. The warehouse fails at every other request. */
async function reserve(item: string): Promise<boolean> {
  return trace.getTracer("warehouse").startActiveSpan("UPDATE stock", async (span) => {
    span.setAttribute("item", item);
    requests += 1;
    span.end();
    if (requests % 2 === 1) throw new Error("The warehouse does not answer");
    return true;
  });
}
