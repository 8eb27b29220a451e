/**
 * Signals of one name: any number may arrive, any number of futures may wait.
 *
 * A signal goes to the oldest future that is awaited, so that the loser of an earlier race does not swallow it; with
 * nobody waiting it is kept, and the next future to be awaited takes it.
 */
import type { NotificationResult } from "../protocol/messages.js";
import { SingleFuture, type SingleOptions } from "./single.js";
import type { FutureRuntime } from "./future.js";

export class Mailbox {
  private readonly kept: NotificationResult[] = [];
  private readonly waiting = new Set<SingleFuture<unknown>>();

  constructor(private readonly runtime: FutureRuntime) {}

  receive(result: NotificationResult): void {
    for (const future of this.waiting) {
      if (future.isAwaited) {
        this.waiting.delete(future);
        future.complete(result);
        return;
      }
    }
    this.runtime.unawaited++;
    this.kept.push(result);
  }

  add(future: SingleFuture<unknown>): void {
    this.waiting.add(future);
  }

  /** For a future that begins to be awaited. */
  take(future: SingleFuture<unknown>): NotificationResult | undefined {
    if (this.kept.length > 0) this.waiting.delete(future);
    return this.kept.shift();
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

  override take(): void {
    if (this.isCompleted) return;
    this.result ??= this.mailbox.take(this);
    super.take();
  }
}
