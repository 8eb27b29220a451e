/** Timers in the order of their times, and of their making where times are equal. */

export interface Timer {
  readonly at: number;
  readonly fire: () => void;
  /** Timers that only tidy up; nobody waits for them. */
  readonly isHousekeeping: boolean;
  readonly label: string;
}

export interface TimerOptions {
  readonly at: number;
  /** What it is for, in the words of a report. */
  readonly label: string;
  readonly isHousekeeping?: boolean;
}

interface QueuedTimer extends Timer {
  fire: () => void;
  readonly order: number;
  isCancelled: boolean;
  isOver: boolean;
}

const MANY_CANCELLED = 64;

const nothing = (): void => undefined;

/** A binary heap. Cancelled timers stay in it until they would be due, or are the majority. */
export class Timers {
  #heap: QueuedTimer[] = [];
  #cancelled = 0;
  #made = 0;
  #work = 0;

  /** Returns a function that cancels the timer. */
  add({ at, label, isHousekeeping = false }: TimerOptions, fire: () => void): () => void {
    const timer = {
      at,
      fire,
      isHousekeeping,
      label,
      order: this.#made++,
      isCancelled: false,
      isOver: false,
    };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    if (!isHousekeeping) this.#work++;
    return () => {
      if (timer.isOver) return;
      this.#end(timer);
      timer.isCancelled = true;
      // What it would have done keeps a whole attempt in memory.
      timer.fire = nothing;
      if (++this.#cancelled > MANY_CANCELLED && this.#cancelled > this.#heap.length / 2)
        this.#sweep();
    };
  }

  /** The timer that is due first. */
  peek(): Timer | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (!first.isCancelled) return first;
      this.#cancelled--;
      this.#pop();
    }
    return undefined;
  }

  /** Takes the first timer if it is due at that time. */
  takeDue(now: number): Timer | undefined {
    const first = this.peek();
    if (first === undefined || first.at > now) return undefined;
    const timer = this.#pop();
    if (timer !== undefined) this.#end(timer);
    return timer;
  }

  /** Whether any but housekeeping timers wait. */
  get hasWork(): boolean {
    return this.#work > 0;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#cancelled = 0;
    this.#work = 0;
  }

  #sweep(): void {
    const kept = this.#heap.filter(({ isCancelled }) => !isCancelled);
    // Sorted by time and order, an array is a heap.
    this.#heap = kept.sort((a, b) => a.at - b.at || a.order - b.order);
    this.#cancelled = 0;
  }

  #end(timer: QueuedTimer): void {
    timer.isOver = true;
    if (!timer.isHousekeeping) this.#work--;
  }

  #pop(): QueuedTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(start: number): void {
    for (let index = start; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#isBefore(left, least)) least = left;
      if (this.#isBefore(left + 1, least)) least = left + 1;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#heap[left];
    const b = this.#heap[right];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(left: number, right: number): void {
    const heap = this.#heap;
    [heap[left], heap[right]] = [heap[right] as QueuedTimer, heap[left] as QueuedTimer];
  }
}
