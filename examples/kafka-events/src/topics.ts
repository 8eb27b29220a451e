/** What is in the topics. Records come from anywhere, so they are checked before a handler sees them. */
import * as z from "zod";

/** Topic `orders`. Key: the id of the order. */
export const OrderEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("placed"), customer: z.string(), item: z.string(), cents: z.int() }),
  z.object({ type: z.literal("changed"), item: z.string(), cents: z.int() }),
]);

/** Topic `payments`. Key: the id of the order, too, so that both topics meet in one object. */
export const Payment = z.object({ id: z.string(), cents: z.int() });

/** Topic `customers`. Key: the id of the customer. */
export const Customer = z.object({ name: z.string(), street: z.string() });
export type Customer = z.infer<typeof Customer>;
