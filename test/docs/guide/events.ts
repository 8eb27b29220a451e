/** The code of docs/events.md. */
import * as restate from "@restatedev/restate-sdk";

export const payout = restate.service({
  name: "Payout",
  handlers: {
    pay: async (ctx: restate.Context, order: { id: string; cents: number }) => {
      const { id, promise } = ctx.awakeable<{ approved: boolean }>();
      await ctx.run("ask for approval", () => askFinance(order.id, id));
      const { approved } = await promise.orTimeout({ days: 3 });
      return approved ? "paid" : "refused";
    },
  },
});

export const publication = restate.workflow({
  name: "Publication",
  handlers: {
    run: async (ctx: restate.WorkflowContext<{ text: string }>, text: string) => {
      ctx.set("text", text);
      const verdict = await ctx.promise<"good" | "bad">("review");
      if (verdict === "bad") throw new restate.TerminalError("The review was bad");
      return `published: ${text}`;
    },

    draft: async (ctx: restate.WorkflowSharedContext<{ text: string }>) => ctx.get("text"),

    review: async (ctx: restate.WorkflowSharedContext, verdict: "good" | "bad") => {
      await ctx.promise<"good" | "bad">("review").resolve(verdict);
    },
  },
});

export const tour = restate.service({
  name: "Tour",
  handlers: {
    guide: async (ctx: restate.Context, rooms: string[]) => {
      for (const room of rooms) {
        const next = await restate.RestatePromise.select({
          skip: ctx.signal<string>("skip"),
          seen: ctx.sleep({ minutes: 10 }, room),
        });
        if (next.tag === "skip") return `left before ${room}: ${next.value}`;
      }
      return "saw everything";
    },
  },
});

export const dispatcher = restate.service({
  name: "Dispatcher",
  handlers: {
    closing: async (ctx: restate.Context, invocationId: string) => {
      const visit = ctx.invocation(restate.InvocationIdParser.fromString(invocationId));
      visit.signal<string>("skip").resolve("the museum closes");
    },
    approve: async (ctx: restate.Context, awakeableId: string) => {
      ctx.resolveAwakeable(awakeableId, { approved: true });
    },
  },
});

export const customer = restate.object({
  name: "Customer",
  handlers: {
    // The key of the event is the key of the object: events of one customer come one after the other, in their order.
    ordered: async (ctx: restate.ObjectContext<{ cents: number }>, order: { cents: number }) => {
      ctx.set("cents", ((await ctx.get("cents")) ?? 0) + order.cents);
      ctx.console.info("offset", ctx.request().headers.get("kafka.offset"));
    },
  },
});

async function askFinance(_orderId: string, _awakeableId: string): Promise<void> {}
