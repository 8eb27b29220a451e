/** Signatures as standardwebhooks.com has them: an HMAC of id, time and body, so that none of them can be changed. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** One delivery of an event. Deliveries of the same event have the same id. */
export interface Delivery {
  readonly id: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: string;
  /** As it was received: parsing and printing it again may change bytes. */
  readonly body: Uint8Array;
}

/** How old a delivery may be. A recorded request cannot be played back after that. */
const TOLERANCE_MS = 5 * 60 * 1000;

export function sign({ id, timestamp, body }: Delivery, secret: string): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret;
  const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest("base64")}`;
}

/** Whether one of the signatures is right: there are several while a secret is being replaced. */
export function isSigned(delivery: Delivery, signatures: string, secret: string): boolean {
  const expected = Buffer.from(sign(delivery, secret));
  return signatures.split(" ").some((signature) => {
    const actual = Buffer.from(signature);
    // Takes as long for a guess that is nearly right as for any other.
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}

export function isFresh({ timestamp }: Delivery, nowMs: number): boolean {
  return Math.abs(nowMs - Number(timestamp) * 1000) <= TOLERANCE_MS;
}
