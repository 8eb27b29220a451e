/**
 * Signals of one name: any number may arrive, any number of futures may wait.
 *
 * A signal goes to the oldest future that is awaited, so that the loser of an earlier race does not swallow it; with
 * nobody waiting it is kept, and the next future to be awaited takes it.
 */
import type { NotificationResult } from "../protocol/messages.js";
import type { SignalSource, SingleFuture, SingleRuntime } from "./single.js";

export class Mailbox implements SignalSource {
  readonly #runtime: SingleRuntime;
  readonly waiting = new Set<SingleFuture<unknown>>();
  readonly #kept: NotificationResult[] = [];

  constructor(runtime: SingleRuntime) {
    this.#runtime = runtime;
  }

  receive(result: NotificationResult): void {
    for (const future of this.waiting) {
      if (future.isAwaited) {
        this.waiting.delete(future);
        future.complete(result);
        return;
      }
    }
    this.#runtime.unawaited++;
    this.#kept.push(result);
  }

  take(future: SingleFuture<unknown>): NotificationResult | undefined {
    if (this.#kept.length > 0) this.waiting.delete(future);
    return this.#kept.shift();
  }
}
