/** Stands in for a bank: every third request gets no answer, a transfer whose id is known is not made again. */

export interface Transfer {
  readonly id: string;
  readonly account: string;
  readonly cents: number;
}

export class Bank {
  readonly transfers: Transfer[] = [];
  #requests = 0;

  async transfer(transfer: Transfer): Promise<"done" | "no such account"> {
    if (++this.#requests % 3 === 0) throw new Error("The bank does not answer");
    if (transfer.account === "closed") return "no such account";
    if (!this.transfers.some(({ id }) => id === transfer.id)) this.transfers.push(transfer);
    return "done";
  }

  /** As if it had just been founded. */
  reset(): void {
    this.transfers.splice(0);
    this.#requests = 0;
  }
}

export const bank = new Bank();
