/** What is known of each customer: the table that orders are enriched from. */
import { handlers, iface, object, serde, type ObjectContext } from "@restatedev/restate-sdk";
import { Customer } from "./topics.js";

interface CustomerState {
  customer: Customer;
  /** Orders that asked before the customer was known. */
  waiting: readonly string[];
}

/** The part of an order that customers talk to. */
const OrderInbox = iface.object("Orders", { customerIs: iface.json<Customer>() });

export const customers = object({
  name: "Customers",
  handlers: {
    changed: handlers.object.exclusive(
      { input: serde.schema(Customer) },
      async (ctx: ObjectContext<CustomerState>, customer): Promise<void> => {
        ctx.set("customer", customer);
        for (const order of (await ctx.get("waiting")) ?? []) {
          ctx.sendClient(OrderInbox, order).customerIs(customer);
        }
        ctx.clear("waiting");
      },
    ),

    // An order of another key asks with a message and gets one back. A call that waits for the customer to be known would
    // hold the order's key, and this one, until then.
    tell: async (ctx: ObjectContext<CustomerState>, order: string): Promise<void> => {
      const customer = await ctx.get("customer");
      if (customer === null) ctx.set("waiting", [...((await ctx.get("waiting")) ?? []), order]);
      else ctx.sendClient(OrderInbox, order).customerIs(customer);
    },
  },
});
