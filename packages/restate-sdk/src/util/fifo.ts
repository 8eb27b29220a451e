/** First in, first out, at the same little cost for two things and for a hundred thousand: each leads to the next. */
export class Fifo<T extends { next?: T | undefined }> {
  #head: T | undefined;
  #tail: T | undefined;

  get first(): T | undefined {
    return this.#head;
  }

  push(item: T): void {
    if (this.#tail) this.#tail.next = item;
    else this.#head = item;
    this.#tail = item;
  }

  shift(): T | undefined {
    const first = this.#head;
    if (!first) return undefined;
    this.#head = first.next;
    if (!this.#head) this.#tail = undefined;
    // What has grown old must not keep all that follow from being collected young.
    first.next = undefined;
    return first;
  }
}
