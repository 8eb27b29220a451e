/** Bounded concurrency for scopes and limit keys: how many attempts may run at the same time. */

/** What an invocation counts against. */
export interface Limited {
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
}

export class ConcurrencyLimits<T extends Limited> {
  readonly #rules = new Map<string, number>();
  readonly #running = new Map<string, number>();
  #waiting: T[] = [];

  /** At most `concurrency` attempts at a time for a scope ("tenant") or a limit key in it ("tenant/user"). `*` is any. */
  setRule(pattern: string, concurrency: number): void {
    this.#rules.set(pattern, concurrency);
  }

  /** Takes a slot, or waits for one: true if the attempt may run now. */
  acquire(who: T): boolean {
    if (who.scope === undefined || this.#rules.size === 0) return true;
    if (!this.#hasRoom(who)) {
      if (!this.#waiting.includes(who)) this.#waiting.push(who);
      return false;
    }
    this.#count(who, 1);
    return true;
  }

  /** Gives a slot back. Returns those that have one now. */
  release(who: T): T[] {
    if (who.scope === undefined || this.#rules.size === 0) return [];
    this.#count(who, -1);
    const admitted: T[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      if (!this.#hasRoom(each)) return true;
      this.#count(each, 1);
      admitted.push(each);
      return false;
    });
    return admitted;
  }

  /** Gives up the place in the queue. */
  forget(who: T): void {
    this.#waiting = this.#waiting.filter((each) => each !== who);
  }

  #hasRoom(who: T): boolean {
    return levelsOf(who).every((level) => (this.#running.get(level) ?? 0) < this.#limitOf(level));
  }

  #count(who: T, change: number): void {
    for (const level of levelsOf(who)) {
      this.#running.set(level, Math.max(0, (this.#running.get(level) ?? 0) + change));
    }
  }

  #limitOf(level: string): number {
    const own = this.#rules.get(level);
    if (own !== undefined) return own;
    const parts = level.split("/");
    for (const [pattern, limit] of this.#rules) {
      const wanted = pattern.split("/");
      if (
        wanted.length === parts.length &&
        wanted.every((part, i) => part === "*" || part === parts[i])
      ) {
        return limit;
      }
    }
    return Infinity;
  }
}

/** "tenant", "tenant/a", "tenant/a/b". */
function levelsOf({ scope = "", limitKey }: Limited): string[] {
  const levels = [scope];
  for (const part of limitKey?.split("/") ?? []) levels.push(`${levels.at(-1) ?? ""}/${part}`);
  return levels;
}
