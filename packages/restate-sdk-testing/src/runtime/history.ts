/** Everything that happened in an environment, in order. */
import type { AttemptEnd } from "./attempt-end.js";
import type { InvocationStatus } from "./invocation.js";
import type { JournalEntry } from "./journal.js";

export type HistoryEvent = { readonly at: number; readonly invocationId: string } & (
  | { readonly kind: "submitted"; readonly target: string; readonly parentId: string | undefined }
  | { readonly kind: "attempt started"; readonly attempt: number }
  | { readonly kind: "attempt ended"; readonly attempt: number; readonly end: AttemptEnd }
  | { readonly kind: "stored"; readonly attempt: number; readonly entry: JournalEntry }
  | { readonly kind: "executed"; readonly attempt: number; run: string }
  | { readonly kind: "status"; readonly status: InvocationStatus["kind"] }
);

export class History {
  readonly #events: HistoryEvent[] = [];
  readonly #waiters: (() => void)[] = [];
  readonly #listeners: ((event: HistoryEvent) => void)[] = [];

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  add(event: HistoryEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    if (event.kind !== "status" || event.status !== "suspended") return;
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** Calls back for everything that happens from now on, in the middle of it. */
  listen(listener: (event: HistoryEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when an invocation has been suspended. */
  nextSuspension(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }
}
