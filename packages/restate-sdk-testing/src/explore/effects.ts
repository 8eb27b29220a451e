/** What happens outside of Restate while a scenario runs: charges, e-mails, rows in a database. */

export interface EffectOptions {
  /**
   * The idempotency key that the receiver was given. A receiver ignores what comes twice with the same key, so such
   * effects count once.
   */
  readonly key?: string;
  /** What the receiver was told; two runs are compared by it, too. */
  readonly details?: unknown;
}

/** An effect, as it was recorded. */
export interface Effect extends EffectOptions {
  readonly name: string;
}

/**
 * The ledger of a run. Stand-ins and fakes write into it what they would have done.
 *
 * @example
 * ```ts
 * env.mockRun("charge card", () => effects.record("charge", { key: order.id, details: order.cents }));
 * ```
 */
export class Effects {
  readonly #all: Effect[] = [];
  readonly #keys = new Set<string>();

  /** Notes an effect. False if its key was there before, so that nothing happens any more. */
  record(name: string, options: EffectOptions = {}): boolean {
    this.#all.push({ name, ...options });
    if (options.key === undefined) return true;
    const id = JSON.stringify([name, options.key]);
    if (this.#keys.has(id)) return false;
    this.#keys.add(id);
    return true;
  }

  /** Everything recorded, in order, repetitions included. */
  get all(): readonly Effect[] {
    return this.#all;
  }

  /** How often an effect has happened: once for every key, and every time without one. */
  count(name: string): number {
    return this.happened().filter((effect) => effect.name === name).length;
  }

  /** What has really happened, in order: what came again with the same key and the same details is left out. */
  happened(): readonly Effect[] {
    const seen = new Set<string>();
    return this.#all.filter(({ name, key, details }) => {
      if (key === undefined) return true;
      const id = JSON.stringify([name, key, details]);
      return !seen.has(id) && seen.add(id);
    });
  }
}
