/** Stands in for a payment provider: every third request fails on the way, and one card is always declined. */

export interface Payment {
  /** Made by who pays: the provider charges once for each id, however often it is asked. */
  readonly id: string;
  readonly cents: number;
  readonly card: string;
}

export interface Receipt {
  readonly paymentId: string;
  readonly cents: number;
}

export class CardDeclined extends Error {}

export class PaymentProvider {
  readonly #receipts = new Map<string, Receipt>();
  readonly #voided = new Set<string>();
  #requests = 0;

  async charge({ id, cents, card }: Payment): Promise<Receipt> {
    this.#requests++;
    if (this.#requests % 3 === 2) throw new Error("no connection to the payment provider");
    if (this.#voided.has(id)) throw new CardDeclined(`The payment ${id} was called off`);
    if (card === "declined") throw new CardDeclined(`The card was declined for ${cents} cents`);
    const receipt = this.#receipts.get(id) ?? { paymentId: id, cents };
    this.#receipts.set(id, receipt);
    return receipt;
  }

  /** Gives the money back, or, if it was not taken yet, sees to it that it will not be. */
  async callOff(id: string): Promise<void> {
    this.#voided.add(id);
    this.#receipts.delete(id);
  }

  /** What was charged and not given back. */
  get receipts(): readonly Receipt[] {
    return [...this.#receipts.values()];
  }

  /** As if it had never been asked: tests begin with that. */
  reset(): void {
    this.#receipts.clear();
    this.#voided.clear();
    this.#requests = 0;
  }
}

export const payments = new PaymentProvider();
