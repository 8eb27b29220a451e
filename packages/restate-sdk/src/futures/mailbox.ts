/**
 * Signals of one name: any number may arrive, any number of futures may wait.
 *
 * A signal goes to the oldest future that is awaited, so that the loser of an earlier race does not swallow it; with
 * nobody waiting it is kept, and the next future to be awaited takes it.
 */
import type { NotificationResult } from "../protocol/messages.js";
import { SingleFuture, type SingleOptions } from "./single.js";
import type { FutureRuntime } from "./future.js";

export interface KeptSignal {
  readonly result: NotificationResult;
  readonly order: number;
}

export class Mailbox {
  private readonly kept: KeptSignal[] = [];
  private readonly waiting = new Set<SingleFuture<unknown>>();

  receive(result: NotificationResult, order: number): void {
    for (const future of this.waiting) {
      if (future.isAwaited) {
        this.waiting.delete(future);
        future.complete(result, order);
        return;
      }
    }
    this.kept.push({ result, order });
  }

  add(future: SingleFuture<unknown>): void {
    this.waiting.add(future);
  }

  /** For a future that begins to be awaited. */
  take(future: SingleFuture<unknown>): void {
    const signal = this.kept.shift();
    if (signal === undefined) return;
    this.waiting.delete(future);
    future.complete(signal.result, signal.order);
  }
}

/** A future of the next signal that nobody else takes. */
export class SignalFuture<T> extends SingleFuture<T> {
  constructor(
    runtime: FutureRuntime,
    options: SingleOptions<T>,
    private readonly mailbox: Mailbox,
  ) {
    super(runtime, options);
    mailbox.add(this);
  }

  override get isLazy(): boolean {
    return true;
  }

  override demand(): void {
    if (this.state === "pending") this.mailbox.take(this);
  }
}
