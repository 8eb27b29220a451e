/** The code of docs/migrating-from-queues-and-temporal.md. */
import * as restate from "@restatedev/restate-sdk";

export const fulfilment = restate.workflow({
  name: "Fulfilment",
  handlers: {
    run: async (ctx: restate.WorkflowContext<{ status: string }>, order: { cents: number }) => {
      ctx.set("status", "charging"); // For those who ask; the code itself knows where it is.
      await ctx.run("charge", () => charge(ctx.key, order.cents));

      ctx.set("status", "in the warehouse");
      await ctx.run("tell the warehouse", () => requestShipment(ctx.key));
      const tracking = await ctx.promise<string>("shipped").get().orTimeout({ days: 5 });

      ctx.set("status", "on its way");
      await ctx.run("mail", () => mailCustomer(ctx.key, tracking));
      return tracking;
    },

    shipped: async (ctx: restate.WorkflowSharedContext, tracking: string) => {
      await ctx.promise<string>("shipped").resolve(tracking);
    },

    status: async (ctx: restate.WorkflowSharedContext<{ status: string }>) => ctx.get("status"),
  },
});

async function charge(_order: string, _cents: number): Promise<void> {}
async function requestShipment(_order: string): Promise<void> {}
async function mailCustomer(_order: string, _tracking: string): Promise<void> {}
