/** Notifications in journal order, replayed and live alike: the only order in which user code may see them. */
import type { Notification, NotificationResult } from "../protocol/messages.js";

export class NotificationQueue {
  #items: (Notification | undefined)[] = [];
  #head = 0;
  /** Completions that arrived and were not popped yet, by completion id. */
  readonly #arrived = new Map<number, NotificationResult>();
  /** Completions popped before their command was issued again; only code that awaits foreign promises gets there. */
  readonly #unclaimed = new Map<number, NotificationResult>();

  push(notification: Notification): void {
    this.#items.push(notification);
    if (notification.id.kind === "completion") {
      this.#arrived.set(notification.id.id, notification.result);
    }
  }

  peek(): Notification | undefined {
    return this.#items[this.#head];
  }

  pop(): Notification | undefined {
    const notification = this.#items[this.#head];
    if (!notification) return undefined;
    this.#items[this.#head] = undefined;
    this.#head++;
    if (this.#head === this.#items.length) this.#clear();
    else if (this.#head > 1024 && this.#head * 2 > this.#items.length) this.#compact();
    if (notification.id.kind === "completion") this.#arrived.delete(notification.id.id);
    return notification;
  }

  /**
   * The result of a completion that is known but not popped. Looking ahead is safe only for questions whose answer
   * cannot change what user code sees: "must this closure run?" and "which invocation is to be cancelled?".
   */
  lookAhead(completionId: number): NotificationResult | undefined {
    return this.#arrived.get(completionId) ?? this.#unclaimed.get(completionId);
  }

  /** Keeps a popped completion whose command has not been issued again yet. */
  keep(completionId: number, result: NotificationResult): void {
    this.#unclaimed.set(completionId, result);
  }

  /** Hands a kept completion to the future of its command. */
  claim(completionId: number): NotificationResult | undefined {
    if (this.#unclaimed.size === 0) return undefined;
    const result = this.#unclaimed.get(completionId);
    this.#unclaimed.delete(completionId);
    return result;
  }

  #clear(): void {
    this.#items = [];
    this.#head = 0;
  }

  /** Keeps memory proportional to what is waiting when the queue never runs empty. */
  #compact(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
