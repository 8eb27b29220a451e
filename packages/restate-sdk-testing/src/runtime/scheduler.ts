/**
 * The one place that decides what happens next.
 *
 * Everything the runtime does is a step. Steps run while user code rests: after a turn of the event loop in which no
 * attempt asked to be called back and no microtask is left. So, as long as user code does no real I/O, what happens
 * depends on the order of steps alone, and that order is the chooser's.
 */

export interface Step {
  /** Steps of one channel stay in order, as messages between two parties do. */
  readonly channel: string;
  /** What it does, in the words of a report. */
  readonly label: string;
  readonly run: () => void;
}

/** Picks one of the steps that may come next, by its index. */
export type Chooser = (steps: readonly Step[]) => number;

export interface SchedulerOptions {
  /** Without one, everything that is due runs in the order in which it became due. */
  readonly choose?: Chooser | undefined;
  /**
   * Nothing is left to do, for the given number of turns in a row. Answers whether to look again in the next turn;
   * else nothing happens until the next step.
   */
  readonly onQuiet: (turns: number) => boolean;
}

/** Fake timers of test frameworks must not stop us: the real one is taken when the module is loaded. */
const nextTurn: (callback: () => void) => unknown =
  (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate ??
  ((callback) => setTimeout(callback, 0));

/** Lets everything else go first: a request takes at least this long, so that a loop of requests starves nobody. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve);
  });
}

/** Attempts that run side by side keep each other's garbage alive, so a crowd of them is cheaper in groups. */
const STEPS_PER_TURN = 8;

export class Scheduler {
  readonly #options: SchedulerOptions;
  #steps: Step[] = [];
  #resting: (() => void)[] = [];
  #isArmed = false;
  #isStopped = false;
  #quietTurns = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  add(step: Step): void {
    this.#steps.push(step);
    this.wake();
  }

  /** For attempts: calls back when no microtask is left. */
  readonly whenAtRest = (callback: () => void): void => {
    this.#resting.push(callback);
    this.wake();
  };

  /** Something has happened that may lead to something else. */
  wake(): void {
    this.#quietTurns = 0;
    this.#arm();
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#isStopped = true;
    this.#steps = [];
    this.#resting = [];
  }

  #arm(): void {
    if (this.#isArmed || this.#isStopped) return;
    this.#isArmed = true;
    nextTurn(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isArmed = false;
    if (this.#isStopped) return;
    if (this.#resting.length > 0) {
      const due = this.#resting;
      this.#resting = [];
      for (const callback of due) callback();
      this.wake();
    } else if (this.#steps.length > 0) {
      for (const step of this.#takeDue()) step.run();
      this.wake();
    } else if (this.#options.onQuiet(++this.#quietTurns)) {
      this.#arm();
    }
  };

  #takeDue(): readonly Step[] {
    const steps = this.#steps;
    const { choose } = this.#options;
    if (choose === undefined) {
      if (steps.length <= STEPS_PER_TURN) this.#steps = [];
      return steps.length <= STEPS_PER_TURN ? steps : steps.splice(0, STEPS_PER_TURN);
    }
    const heads = firstOfEachChannel(steps);
    const chosen = heads[heads.length === 1 ? 0 : choose(heads)];
    if (chosen === undefined) throw new RangeError("The chooser picked a step that does not exist");
    steps.splice(steps.indexOf(chosen), 1);
    return [chosen];
  }
}

function firstOfEachChannel(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return steps.filter(({ channel }) => !seen.has(channel) && seen.add(channel));
}
