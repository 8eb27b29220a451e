/** Mutual exclusion by key, in order of arrival: one exclusive handler for an object at a time. */

interface Lock<T> {
  holder: T;
  readonly queue: T[];
}

export class KeyLocks<T> {
  readonly #locks = new Map<string, Lock<T>>();

  /** Takes the lock, or a place in its queue: true if it is held now. */
  acquire(key: string, who: T): boolean {
    const lock = this.#locks.get(key);
    if (lock === undefined) {
      this.#locks.set(key, { holder: who, queue: [] });
      return true;
    }
    if (lock.holder === who) return true;
    if (!lock.queue.includes(who)) lock.queue.push(who);
    return false;
  }

  /** Gives up the lock or the place in the queue. Returns who holds the lock from now on, if that is somebody else. */
  release(key: string, who: T): T | undefined {
    const lock = this.#locks.get(key);
    if (lock === undefined) return undefined;
    if (lock.holder !== who) {
      const place = lock.queue.indexOf(who);
      if (place >= 0) lock.queue.splice(place, 1);
      return undefined;
    }
    const next = lock.queue.shift();
    if (next === undefined) this.#locks.delete(key);
    else lock.holder = next;
    return next;
  }

  /** Everybody who waits for a key. */
  *waiting(): Iterable<T> {
    for (const { queue } of this.#locks.values()) yield* queue;
  }

  holder(key: string): T | undefined {
    return this.#locks.get(key)?.holder;
  }
}
