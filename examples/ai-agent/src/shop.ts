/** Stands in for the shop's back end: orders, and refunds, which the bank makes once for an order. */

export interface Order {
  readonly item: string;
  readonly cents: number;
}

const orders: Readonly<Record<string, Order>> = {
  "7": { item: "kettle", cents: 3000 },
  "8": { item: "teapot", cents: 4500 },
};

export async function findOrder(id: string): Promise<Order | null> {
  return orders[id] ?? null;
}

/** Refunds by order. The answer to the first request for one gets lost. */
export const refunds = new Map<string, "requested" | "done">();

export async function refund(order: string): Promise<string> {
  const known = refunds.get(order);
  refunds.set(order, known === undefined ? "requested" : "done");
  if (known === undefined) throw new Error("The bank does not answer");
  return `order ${order} refunded`;
}
