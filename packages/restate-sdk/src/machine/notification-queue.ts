/** Notifications in journal order, replayed and live alike: the only order in which user code may see them. */
import { Fifo } from "../util/fifo.js";
import type { Notification, NotificationResult } from "../protocol/messages.js";

/** The id of a completion, the negative id of a signal, or the name of one. */
export type NotificationKey = number | string;

export class NotificationQueue {
  readonly #waiting = new Fifo<Notification>();
  /** Completions that arrived and were not popped yet, by completion id. A list, like those of {@link Runs}. */
  readonly #arrived: (NotificationResult | undefined)[] = [];
  /**
   * Signals popped before their awakeable was made, and completions popped before their command was issued again; only code
   * that awaits foreign promises gets there.
   */
  #unclaimed: Map<NotificationKey, NotificationResult> | undefined;

  push(notification: Notification): void {
    this.#waiting.push(notification);
    if (notification.id.kind === "completion") {
      this.#arrived[notification.id.id] = notification.result;
    }
  }

  peek(): Notification | undefined {
    return this.#waiting.first;
  }

  pop(): Notification | undefined {
    const notification = this.#waiting.shift();
    if (notification?.id.kind === "completion") this.#arrived[notification.id.id] = undefined;
    return notification;
  }

  /**
   * The result of a completion that is known but not popped. Looking ahead is safe only for questions whose answer
   * cannot change what user code sees: "must this closure run?" and "which invocation is to be cancelled?".
   */
  lookAhead(completionId: number): NotificationResult | undefined {
    return this.#arrived[completionId] ?? this.#unclaimed?.get(completionId);
  }

  /** Keeps a popped notification that nobody waits for yet. */
  keep(key: NotificationKey, result: NotificationResult): void {
    (this.#unclaimed ??= new Map()).set(key, result);
  }

  /** Hands a kept notification to its future. */
  claim(key: NotificationKey): NotificationResult | undefined {
    const result = this.#unclaimed?.get(key);
    this.#unclaimed?.delete(key);
    return result;
  }
}
