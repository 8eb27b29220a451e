/** What must not go unnoticed: assertions that fail inside handlers, and tests that wait for what cannot come. */

export interface ProblemsOptions {
  readonly stuckAfterMs: number;
  readonly report: (text: string) => void;
  /** What everything waits for. */
  readonly describe: () => string;
}

export class Problems {
  readonly #options: ProblemsOptions;
  /** Each answers whether somebody gets to see the error. */
  readonly #pending = new Set<(error: Error) => boolean>();
  /** An error that no promise of the test's has carried yet. */
  #unseen: Error | undefined;
  #stuckTimer: ReturnType<typeof setTimeout> | undefined;
  #hasReported = false;

  constructor(options: ProblemsOptions) {
    this.#options = options;
  }

  /** Rejects everything the test waits for. */
  fail(error: Error): void {
    let isSeen = false;
    for (const reject of this.#pending) isSeen = reject(error) || isSeen;
    this.#pending.clear();
    if (!isSeen) this.#unseen ??= error;
  }

  /** The promise, unless something fails before it settles. */
  race<T>(result: Promise<T>): Promise<T> {
    const unseen = this.#unseen;
    if (unseen !== undefined) {
      this.#unseen = undefined;
      result.catch(() => undefined);
      return Promise.reject(unseen);
    }
    return new Promise((resolve, reject) => {
      let isOver = false;
      const fail = (error: unknown) => {
        const isFirst = !isOver;
        isOver = true;
        this.#pending.delete(fail);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- It passes on what it was given.
        reject(error);
        return isFirst;
      };
      this.#pending.add(fail);
      result.then((value) => {
        isOver = true;
        this.#pending.delete(fail);
        resolve(value);
      }, fail);
    });
  }

  /** The test waits for what may never happen: if that stays so, it is told. */
  noteStuck(because: "nothing can happen" | "user code is at work"): void {
    if (this.#stuckTimer !== undefined || this.#hasReported) return;
    this.#stuckTimer = setRealTimeout(() => {
      this.#hasReported = true;
      this.#options.report(`${STUCK[because]}\n${this.#options.describe()}`);
    }, this.#options.stuckAfterMs);
    (this.#stuckTimer as { unref?: () => void }).unref?.();
  }

  noteProgress(): void {
    if (this.#stuckTimer === undefined) return;
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = undefined;
    this.#hasReported = false;
  }

  /** Whoever waits goes on waiting for ever. */
  abandon(): void {
    clearTimeout(this.#stuckTimer);
    this.#pending.clear();
    this.#unseen = undefined;
  }

  /** @throws the error that the test has not seen */
  async end(): Promise<void> {
    clearTimeout(this.#stuckTimer);
    if (this.#pending.size > 0) {
      const error = new Error(
        `The test environment was disposed while something was waited for.\n${this.#options.describe()}`,
      );
      for (const reject of this.#pending) reject(error);
      this.#pending.clear();
    }
    const unseen = this.#unseen;
    this.#unseen = undefined;
    if (unseen !== undefined) throw unseen;
    return Promise.resolve();
  }
}

export function warn(text: string): void {
  // Where the test's own output goes is where a hung test is looked at.
  // eslint-disable-next-line no-console
  console.warn(text);
}

const STUCK = {
  "nothing can happen": "The test waits, but nothing can happen any more.",
  "user code is at work": "The test waits, and so far nothing has happened but in user code.",
};

/** Fake timers of test frameworks must not keep the report from coming. */
const setRealTimeout = setTimeout;
