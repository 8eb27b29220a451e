/** Stands in for the accounts: a payment has a reference, and one with the same reference is booked once. */

export interface Entry {
  readonly reference: string;
  readonly invoice: string;
  readonly cents: number;
}

const entries = new Map<string, Entry>();
let requests = 0;

/** Half of all requests fail, after they have been carried out. */
export async function bookPayment(entry: Entry): Promise<void> {
  entries.set(entry.reference, entry);
  if (++requests % 2 === 1) throw new Error("the accounts do not answer");
}

/** What was paid for an invoice, in cents. */
export function paid(invoice: string): number {
  return [...entries.values()]
    .filter((entry) => entry.invoice === invoice)
    .reduce((sum, { cents }) => sum + cents, 0);
}

/** Lets every test begin with nothing. */
export function forgetAccounts(): void {
  entries.clear();
  requests = 0;
}
