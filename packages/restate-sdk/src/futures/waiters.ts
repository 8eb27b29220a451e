/**
 * The pending futures that user code waits for directly, in the order in which it began to.
 *
 * A ring of links rather than a Set: something is added and removed with every await, and the tables of a Set are
 * allocated anew every time it becomes empty.
 */
import type { Future } from "./future.js";

/** One that waits; in a ring of its own, alone, until it is added to a list. */
export class Link {
  next: Link = this;
  previous: Link = this;

  constructor(readonly future?: Future<unknown>) {}

  /** Takes it out of its list, if it is in one. */
  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this.previous = this;
  }
}

export class Waiters extends Link {
  get isEmpty(): boolean {
    return this.next === this;
  }

  get futures(): Future<unknown>[] {
    const futures: Future<unknown>[] = [];
    for (let link = this.next; link.future; link = link.next) futures.push(link.future);
    return futures;
  }

  add(link: Link): void {
    const { previous } = this;
    link.previous = previous;
    link.next = this;
    previous.next = this.previous = link;
  }
}
