/** The time of an environment: virtual, moved by itself or by hand, or real. */
import type { Duration } from "@restatedev/restate-sdk-core";
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import type { Timers } from "./timers.js";

/**
 * "auto": while somebody waits for a result and nothing else can happen, time jumps to the next timer.
 * "manual": time stands still until the test moves it. "real": time is the system's.
 */
export type ClockMode = "auto" | "manual" | "real";

export interface AdvanceOptions {
  /**
   * Lets time pass although user code is at work, for example to see a timeout strike. Without it, time waits until all
   * of it has ended or waits for the runtime.
   */
  readonly whileBusy?: boolean;
}

interface Advance {
  readonly target: number;
  readonly whileBusy: boolean;
  readonly done: () => void;
}

export interface ClockOptions {
  readonly mode: ClockMode;
  readonly startAt: number;
  readonly timers: Timers;
  readonly wake: () => void;
}

export class Clock {
  readonly mode: ClockMode;
  #now: number;
  #advances: Advance[] = [];
  #realTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ClockOptions) {
    this.mode = options.mode;
    this.#now = options.startAt;
  }

  now(): number {
    return this.mode === "real" ? Date.now() : this.#now;
  }

  /** Resolves when that much time has passed, and everything it set off is at rest. */
  advance(duration: Duration | number, options: AdvanceOptions = {}): Promise<void> {
    const millis = millisOrDurationToMillis(duration);
    if (!(millis >= 0)) {
      throw new RangeError(
        `Time goes forward only, so it cannot be advanced by ${String(millis)} ms`,
      );
    }
    const from = Math.max(this.#now, ...this.#advances.map(({ target }) => target));
    return this.advanceTo(from + millis, options);
  }

  advanceTo(time: number, { whileBusy = false }: AdvanceOptions = {}): Promise<void> {
    if (this.mode === "real") {
      throw new Error(
        'The clock of this environment is real: only clocks in the modes "auto" and "manual" can be moved',
      );
    }
    if (!(time >= this.#now)) {
      const shown = Number.isFinite(time) ? new Date(time).toISOString() : String(time);
      throw new RangeError(
        `It is ${new Date(this.#now).toISOString()} already, so time cannot move to ${shown}`,
      );
    }
    return new Promise((done) => {
      this.#advances.push({ target: time, whileBusy, done });
      this.options.wake();
    });
  }

  /** Whether time moves by itself, hence as far as it takes. */
  get isFree(): boolean {
    return this.mode === "auto" && this.#advances.length === 0;
  }

  /** Whether the test wants time to move although user code is at work. */
  get isForced(): boolean {
    return this.#advances[0]?.whileBusy === true;
  }

  /**
   * Nothing can happen at the present time any more: moves on, if there is reason to.
   *
   * @param isAwaited whether somebody waits for what later times may bring
   * @returns whether something may happen now
   */
  step(isAwaited: boolean): boolean {
    const [advance] = this.#advances;
    if (advance !== undefined) {
      if (this.#fireNext(advance.target)) return true;
      this.#now = advance.target;
      this.#advances.shift();
      advance.done();
      return true;
    }
    if (this.mode !== "auto" || !isAwaited || !this.options.timers.hasWork) return false;
    return this.#fireNext(Infinity);
  }

  /** In real time, lets the next timer wake us; the others fire when they are due. */
  followRealTime(): void {
    if (this.mode !== "real") return;
    const { timers, wake } = this.options;
    clearTimeout(this.#realTimer);
    const next = timers.peek();
    if (next === undefined) return;
    const delay = Math.min(Math.max(0, next.at - Date.now()), 2 ** 31 - 1);
    this.#realTimer = setTimeout(() => {
      this.#fireDue(Date.now());
      wake();
    }, delay);
  }

  stop(): void {
    clearTimeout(this.#realTimer);
    for (const { done } of this.#advances.splice(0)) done();
  }

  #fireNext(limit: number): boolean {
    const next = this.options.timers.peek();
    if (next === undefined || next.at > limit) return false;
    this.#now = Math.max(this.#now, next.at);
    this.#fireDue(this.#now);
    return true;
  }

  #fireDue(now: number): void {
    const { timers } = this.options;
    for (let timer = timers.takeDue(now); timer !== undefined; timer = timers.takeDue(now))
      timer.fire();
  }
}
