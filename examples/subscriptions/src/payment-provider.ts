/** Stands in for a payment provider: it takes an id with every payment, and never makes two payments with the same id. */

export interface RecurringPayment {
  readonly id: string;
  readonly card: string;
  /** What the provider calls the payment. */
  readonly reference: string;
}

export class CardDeclinedError extends Error {}

const payments = new Map<string, RecurringPayment>();
let requests = 0;

/**
 * @param id chosen by the caller, who may repeat a request whose answer did not arrive
 * @throws CardDeclinedError if the card has no money, now or later
 */
export async function createRecurringPayment(id: string, card: string): Promise<string> {
  if (card.startsWith("0000")) throw new CardDeclinedError(`The card ${card} was declined`);
  const reference = payments.get(id)?.reference ?? `payment-${payments.size + 1}`;
  payments.set(id, { id, card, reference });
  // The worst of all failures: the payment is made, and the caller does not hear of it. Half of all answers get lost.
  if (++requests % 2 === 1) throw new Error("the connection to the payment provider was lost");
  return reference;
}

/** Everything that was paid. */
export function paymentsMade(): readonly RecurringPayment[] {
  return [...payments.values()];
}

/** Lets every test begin with nothing. */
export function forgetPayments(): void {
  payments.clear();
  requests = 0;
}
