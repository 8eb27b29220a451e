/** Stands in for a warehouse, a payment provider and a carrier. All of them take the same request twice without harm. */

class Warehouse {
  readonly #shelves = new Map([
    ["kettle", "Lyon"],
    ["teapot", "Lyon"],
    ["cups", "Gdansk"],
  ]);
  readonly reserved = new Set<string>();

  /** Where it comes from, null if it is sold out. */
  reserve(orderId: string, item: string): string | null {
    const place = this.#shelves.get(item) ?? null;
    if (place !== null) this.reserved.add(`${orderId}/${item}`);
    return place;
  }

  release(orderId: string, item: string): void {
    this.reserved.delete(`${orderId}/${item}`);
  }
}

export interface Payment {
  readonly orderId: string;
  /** Of the request: the same key is charged once, and gets the same answer. */
  readonly key: string;
  readonly card: string;
  readonly cents: number;
}

class Payments {
  readonly #answers = new Map<string, "paid" | "declined">();
  /** In cents, by order. */
  readonly balances = new Map<string, number>();
  #requests = 0;

  /** Every second request gets no answer. The card "expired" is declined. */
  charge({ orderId, key, card, cents }: Payment): "paid" | "declined" {
    if (++this.#requests % 2 === 0) throw new Error("The payment provider does not answer");
    const answer = this.#answers.get(key) ?? (card === "expired" ? "declined" : "paid");
    if (answer === "paid" && !this.#answers.has(key)) {
      this.balances.set(orderId, (this.balances.get(orderId) ?? 0) + cents);
    }
    this.#answers.set(key, answer);
    return answer;
  }

  /** Gives back what was charged for the order, if anything was. */
  refund(orderId: string): void {
    this.balances.delete(orderId);
  }
}

class Carrier {
  readonly #asked = new Map<string, number>();

  ship(parcel: string): void {
    if (!this.#asked.has(parcel)) this.#asked.set(parcel, 0);
  }

  /** Whoever asks for the second time hears that it has arrived. */
  isDelivered(parcel: string): boolean {
    const times = (this.#asked.get(parcel) ?? 0) + 1;
    this.#asked.set(parcel, times);
    return times >= 2;
  }
}

export let warehouse = new Warehouse();
export let payments = new Payments();
export let carrier = new Carrier();

/** As if nobody had ever ordered anything. */
export function startOver(): void {
  warehouse = new Warehouse();
  payments = new Payments();
  carrier = new Carrier();
}
