/** Stand in for an airline, a car rental and a hotel. The caller names a booking, so that asking twice books once. */

/** No use in asking again. */
export class RefusedError extends Error {}

/** The destinations at which a provider has its troubles. */
export interface Troubles {
  readonly soldOutIn?: readonly string[];
  readonly doesNotAnswerIn?: string;
  readonly doesNotRefundIn?: string;
}

export class Provider {
  readonly #bookings = new Map<string, string>();
  readonly #cancelled = new Set<string>();
  #requests = 0;

  constructor(
    readonly sells: string,
    readonly troubles: Troubles = {},
  ) {}

  async book(booking: string, destination: string): Promise<void> {
    const { soldOutIn = [], doesNotAnswerIn } = this.troubles;
    if (soldOutIn.includes(destination)) {
      throw new RefusedError(`There is no ${this.sells} left in ${destination}`);
    }
    // Requests may overtake each other: this one was called off before it arrived.
    if (this.#cancelled.has(booking)) return;
    this.#bookings.set(booking, destination);
    this.#answer(destination === doesNotAnswerIn);
  }

  /** Also what was never booked: a caller who did not get an answer cannot know. */
  async cancel(booking: string): Promise<void> {
    const destination = this.#bookings.get(booking);
    if (destination !== undefined && destination === this.troubles.doesNotRefundIn) {
      throw new RefusedError(`A ${this.sells} in ${destination} is not refunded`);
    }
    this.#bookings.delete(booking);
    this.#cancelled.add(booking);
    this.#answer(false);
  }

  /** The destinations of what is booked. */
  booked(): readonly string[] {
    return [...this.#bookings.values()];
  }

  /** Lets every test begin with nothing. */
  forget(): void {
    this.#bookings.clear();
    this.#cancelled.clear();
    this.#requests = 0;
  }

  /** One answer in three gets lost, although what was asked for has been done. */
  #answer(isLost: boolean): void {
    if (++this.#requests % 3 === 1 || isLost) {
      throw new Error(`the ${this.sells} desk does not answer`);
    }
  }
}

export const flights = new Provider("flight");
export const cars = new Provider("car", { doesNotRefundIn: "Atlantis" });
export const hotels = new Provider("hotel", {
  soldOutIn: ["Bielefeld", "Atlantis"],
  doesNotAnswerIn: "Siberia",
});

/** What people have to sort out by hand. */
export const tickets = new Set<string>();

export async function openTicket(text: string): Promise<void> {
  tickets.add(text);
}
