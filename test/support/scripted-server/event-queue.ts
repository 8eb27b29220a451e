/** Stream events waiting for the attempt to look at them. */
import type { StreamEvent } from "./transport.js";

const HANG_MS = 15_000;

export class EventQueue {
  private readonly queue: StreamEvent[] = [];
  private wake: (() => void) | undefined;

  push(event: StreamEvent): void {
    this.queue.push(event);
    this.wake?.();
  }

  shift(): StreamEvent | undefined {
    return this.queue.shift();
  }

  /** The next event; fails when none comes, so that a hanging endpoint does not hang the test. */
  async next(): Promise<StreamEvent> {
    for (;;) {
      const event = this.queue.shift();
      if (event !== undefined) return event;
      await this.waitForPush();
    }
  }

  /** The next event, or "rest" when none came while `turn` was awaited so many times. */
  async nextOrRest(turns: number, turn: () => Promise<void>): Promise<StreamEvent> {
    for (let quiet = 0; quiet < turns; quiet++) {
      const event = this.queue.shift();
      if (event !== undefined) return event;
      await turn();
    }
    return this.queue.shift() ?? { kind: "rest" };
  }

  private waitForPush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const hung = setTimeout(
        () => reject(new Error(`the endpoint was silent for ${HANG_MS} ms`)),
        HANG_MS,
      );
      this.wake = () => {
        clearTimeout(hung);
        resolve();
      };
    });
  }
}
