/** A workflow with loops and branches: plain control flow, and a progress that can be looked at while it runs and later. */
import * as restate from "@restatedev/restate-sdk";
import { NOTHING_YET, type FlowState, type Order, type Outcome, type Progress } from "./order.js";
import { cardAfter, end, giveBack, pay, reserve, ship, untilDelivered } from "./steps.js";

type SharedContext = restate.WorkflowSharedContext<FlowState>;

export const orderFlow = restate.workflow({
  name: "OrderFlow",
  handlers: {
    // The key of the workflow is the id of the order.
    run: async (ctx: restate.WorkflowContext<FlowState>, order: Order): Promise<Outcome> => {
      let isPaid = false;
      try {
        const items = await reserve(ctx, order);
        if (items.length === 0) {
          return await end(ctx, { kind: "cancelled", because: "everything is sold out" });
        }
        const paidCents = items.length * order.centsPerItem;
        isPaid = await pay(ctx, order, paidCents);
        if (!isPaid) {
          await giveBack(ctx, order);
          return await end(ctx, { kind: "cancelled", because: "nobody paid" });
        }
        const parcels = await ship(ctx, items);
        await untilDelivered(ctx, order, parcels);
        return await end(ctx, { kind: "delivered", paidCents, parcels: parcels.length });
      } catch (error) {
        // What is awaited rejects for good only, here because somebody has cancelled the workflow. What is paid is on its way.
        if (!isPaid) await giveBack(ctx, order);
        throw error;
      }
    },

    /** Another card, for the payment that waits for one. */
    useCard: async (ctx: SharedContext, card: string): Promise<void> => {
      const { stage, declinedCards } = (await ctx.get("progress")) ?? NOTHING_YET;
      if (stage !== "waiting for another card") {
        throw new restate.TerminalError("This order needs no card now", { errorCode: 409 });
      }
      await ctx.promise<string>(cardAfter(declinedCards)).resolve(card);
    },

    /** Beside `run`, at any time: it reads what `run` has set last. */
    progress: async (ctx: SharedContext): Promise<Progress | null> => ctx.get("progress"),
  },
  // How long result, progress and journal can be asked for after the end. Default: a day.
  options: { workflowRetention: { days: 30 }, journalRetention: { days: 30 } },
});
