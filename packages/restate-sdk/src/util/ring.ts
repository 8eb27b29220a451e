/**
 * Things in the order in which they were added, any of which may go at any time.
 *
 * A ring of links rather than a Set: something comes and goes with every await, and the tables of a Set are allocated
 * anew every time it becomes empty.
 */

/** A thing in a ring; alone in one of its own until it is added to another. */
export class Link<T> {
  next: Link<T> = this;
  previous: Link<T> = this;
  declare readonly item: T | undefined;

  constructor(item?: T) {
    this.item = item;
  }

  /** Takes it out of its ring, if it is in one. */
  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this.previous = this;
  }
}

/** The ring's beginning and end, which holds no thing itself. */
export class Ring<T> extends Link<T> {
  get isEmpty(): boolean {
    return this.next === this;
  }

  get items(): T[] {
    const items: T[] = [];
    // Only the ring itself has none.
    for (let link = this.next; link !== this; link = link.next) items.push(link.item as T);
    return items;
  }

  add(link: Link<T>): void {
    const { previous } = this;
    link.previous = previous;
    link.next = this;
    previous.next = this.previous = link;
  }
}
