/** Joins what was ordered with what was paid, by the id of the order, adds the customer's address, and has it sent. */
import * as restate from "@restatedev/restate-sdk";
import { bookParcel } from "./courier.js";
import { customers } from "./customers.js";
import { OrderEvent, Payment, type Customer } from "./topics.js";

const { handlers, serde } = restate;

interface OrderState {
  order: { readonly customer: string; readonly item: string; readonly cents: number };
  /** Cents by the id of the payment. */
  payments: Readonly<Record<string, number>>;
  stage: "complete" | "sent";
  parcel: string;
}

export interface OrderStatus {
  readonly item: string | null;
  readonly paidCents: number;
  readonly parcel: string | null;
}

type Context = restate.ObjectContext<OrderState>;

// The Kafka key is the key of the object: events of one order are handled one after the other, as they stand in their
// partition, and those of all other orders meanwhile. The state is what stream processors call a table.
export const orders = restate.object({
  name: "Orders",
  handlers: {
    happened: handlers.object.exclusive(
      { input: serde.schema(OrderEvent) },
      async (ctx: Context, event): Promise<void> => {
        const stage = await ctx.get("stage");
        if (stage !== null) throw new restate.TerminalError(`Too late: the order is ${stage}`);
        const order = event.type === "placed" ? event : await ctx.get("order");
        // Terminal: this event is given up and the next one handled. Any other error is retried, and the key waits.
        if (order === null)
          throw new restate.TerminalError("Nothing was ordered that could change");
        ctx.set("order", { customer: order.customer, item: event.item, cents: event.cents });
        await completeIfPaid(ctx);
      },
    ),

    // There is no order between topics: a payment may be here before what it pays.
    paid: handlers.object.exclusive(
      { input: serde.schema(Payment) },
      async (ctx: Context, { id, cents }): Promise<void> => {
        // By id: a producer that does not know whether its record was written writes it again.
        ctx.set("payments", { ...(await ctx.get("payments")), [id]: cents });
        await completeIfPaid(ctx);
      },
    ),

    customerIs: async (ctx: Context, customer: Customer): Promise<void> => {
      const order = await ctx.get("order");
      if (order === null || (await ctx.get("stage")) === "sent") return;
      const label = `${order.item} for ${customer.name}, ${customer.street}`;
      // Of all that the courier is asked with the same id, it books one.
      ctx.set("parcel", await ctx.run("book a parcel", () => bookParcel(ctx.key, label)));
      ctx.set("stage", "sent");
    },

    status: handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<OrderState>): Promise<OrderStatus> => ({
        item: (await ctx.get("order"))?.item ?? null,
        paidCents: total(await ctx.get("payments")),
        parcel: await ctx.get("parcel"),
      }),
    ),
  },
});

async function completeIfPaid(ctx: Context): Promise<void> {
  const order = await ctx.get("order");
  if (order === null || (await ctx.get("stage")) !== null) return;
  if (total(await ctx.get("payments")) < order.cents) return;
  ctx.set("stage", "complete");
  ctx.objectSendClient(customers, order.customer).tell(ctx.key);
}

function total(payments: OrderState["payments"] | null): number {
  return Object.values(payments ?? {}).reduce((sum, cents) => sum + cents, 0);
}
