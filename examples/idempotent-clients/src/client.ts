/** A client that gets an answer and never pays twice, although answers get lost and processes die. */
import { connect, rpc, type Connection, type Send } from "@restatedev/restate-sdk-clients";
import type { Payout, payouts, Receipt } from "./payouts.js";

/** What gets no answer is sent again: only what cannot do harm, which is what has a key or only reads. */
export function connectTo(
  url: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Connection {
  const retry = { maxDuration: { minutes: 5 }, initialInterval: { milliseconds: 50 } };
  return connect({ url, fetch, retry });
}

/** Waits for the receipt. Sent again with the same id, also by another process, it waits for the same one. */
export async function pay(restate: Connection, payout: Payout): Promise<Receipt> {
  const receipt = await restate
    .serviceClient<typeof payouts>({ name: "Payouts" })
    .pay(payout, rpc.opts({ idempotencyKey: payout.id }));
  return checked(payout, receipt);
}

/** Does not wait. The id of the invocation is enough to get the receipt with `collect`, from anywhere. */
export async function requestPayout(restate: Connection, payout: Payout): Promise<Send<Receipt>> {
  return restate
    .serviceSendClient<typeof payouts>({ name: "Payouts" })
    .pay(payout, rpc.sendOpts({ idempotencyKey: payout.id }));
}

/** The receipt of what was requested, as soon as there is one. */
export async function collect(restate: Connection, invocationId: string): Promise<Receipt> {
  return restate.attach<Receipt>(invocationId);
}

/** Restate answers a known key without a look at the request: a key that was used for something else would go unnoticed. */
function checked({ id, cents }: Payout, receipt: Receipt): Receipt {
  if (receipt.cents === cents) return receipt;
  throw new Error(`The id ${id} was used before, for ${receipt.cents} cents instead of ${cents}`);
}
