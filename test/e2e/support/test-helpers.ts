/** Small words the tests share. */
import { randomUUID } from "node:crypto";
import { IngressError } from "../../support/real-server/index.js";

/** A key nobody else uses: tests share one server. */
export function uniqueKey(): string {
  return randomUUID();
}

/** The error an ingress call fails with. */
export async function ingressErrorOf(call: Promise<unknown>): Promise<IngressError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof IngressError) return outcome.error;
  throw new Error(`Expected the call to fail, but got ${JSON.stringify(outcome)}`);
}
