/**
 * Decides when to tell the server what user code waits for while the connection stays open.
 *
 * Nothing depends on it, and every arrival makes it outdated. Telling after each of them what is left of a wide fan-out
 * would cost the square of its width, so large await points are told again only after a share of them has moved.
 */
const LEAVES_PER_EVENT = 8;

export class Announcements {
  #toldAt = -1;
  #toldLeaves = 0;

  /** @param events how many commands and notifications there have been so far */
  isDue(events: number): boolean {
    const eventsSince = events - this.#toldAt;
    return eventsSince > 0 && eventsSince * LEAVES_PER_EVENT >= this.#toldLeaves;
  }

  told(events: number, leaves: number): void {
    this.#toldAt = events;
    this.#toldLeaves = leaves;
  }
}
