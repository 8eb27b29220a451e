/** Stands in for whoever sends the events. Signs every delivery, at the time of that delivery. */
import { sign } from "./signature.js";
import { secret, type PaymentEvent } from "./webhook.js";

export interface Sending {
  readonly id: string;
  readonly event: PaymentEvent;
  readonly nowMs: number;
}

/** What is to be posted to the webhook. */
export function deliveryOf({ id, event, nowMs }: Sending): RequestInit {
  const timestamp = String(Math.floor(nowMs / 1000));
  // Not as JSON.stringify would print it, nor need it be.
  const body = new TextEncoder().encode(JSON.stringify(event, undefined, 1));
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": sign({ id, timestamp, body }, secret),
  };
  return { method: "POST", headers, body };
}
