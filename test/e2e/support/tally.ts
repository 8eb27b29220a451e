/** Counts what really happened in this process, retries and replays included, by a key unique to each test. */

export class Tally {
  readonly #counts = new Map<string, number>();

  /** Counts one more and returns how many there are now, starting with 1. */
  hit(key: string): number {
    const count = this.count(key) + 1;
    this.#counts.set(key, count);
    return count;
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}
