/** Inactivity and abort timeouts of attempts, as the server applies them. */
import type { Attempt } from "./attempt.js";
import type { HandlerInfo } from "./services.js";
import type { World } from "./world.js";

interface Watched {
  readonly handler: HandlerInfo;
  lastActiveAt: number;
  cancel: () => void;
}

/**
 * An attempt that is silent for long is asked to suspend; if it does not, its connection is cut. No time passes for user
 * code that is at work, unless a test moves the clock meanwhile, so these matter for blocked streams above all.
 */
export class Timeouts {
  /** By the serial of the attempt. */
  readonly #watched = new Map<number, Watched>();

  constructor(private readonly world: World) {}

  start(attempt: Attempt, handler: HandlerInfo): void {
    const watched = { handler, lastActiveAt: this.world.now, cancel: () => undefined };
    this.#watched.set(attempt.serial, watched);
    this.#arm(attempt, watched);
  }

  active(attempt: Attempt): void {
    const watched = this.#watched.get(attempt.serial);
    if (watched !== undefined) watched.lastActiveAt = this.world.now;
  }

  stop(attempt: Attempt): void {
    this.#watched.get(attempt.serial)?.cancel();
    this.#watched.delete(attempt.serial);
  }

  #arm(attempt: Attempt, watched: Watched): void {
    const isOpen = attempt.isInputOpen;
    const { inactivityTimeoutMs, abortTimeoutMs } = watched.handler;
    const at = watched.lastActiveAt + (isOpen ? inactivityTimeoutMs : abortTimeoutMs);
    const label = isOpen ? "inactivity timeout" : "abort timeout";
    watched.cancel = this.world.timers.add({ at, label, isHousekeeping: true }, () => {
      this.#fire(attempt, watched, at);
    });
  }

  #fire(attempt: Attempt, watched: Watched, at: number): void {
    if (attempt.hasEnded) return;
    const { inactivityTimeoutMs, abortTimeoutMs } = watched.handler;
    const timeoutMs = attempt.isInputOpen ? inactivityTimeoutMs : abortTimeoutMs;
    if (watched.lastActiveAt + timeoutMs > at) {
      this.#arm(attempt, watched);
    } else if (attempt.isInputOpen) {
      watched.lastActiveAt = at;
      attempt.closeInput();
      this.#arm(attempt, watched);
    } else attempt.cut(`the abort timeout of ${abortTimeoutMs} ms has passed`);
  }
}
