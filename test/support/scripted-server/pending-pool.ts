/** Notifications that could enter the journal but have not yet; the seed decides which is next. */
import {
  notificationKey,
  type Journal,
  type NotificationEntry,
  type NotificationKey,
} from "./journal.js";
import { seededFraction, type Schedule } from "./script.js";
import type { Consequence } from "./world.js";

export class PendingPool {
  private readonly waiting: Consequence[] = [];

  constructor(private readonly schedule: Schedule) {}

  get size(): number {
    return this.waiting.length;
  }

  /** True when the consequence has to enter the journal at once instead of waiting here. */
  isImmediate(consequence: Consequence, isKnown: (key: NotificationKey) => boolean): boolean {
    if (consequence.after !== undefined && !isKnown(consequence.after)) return false;
    if (consequence.when !== undefined) return consequence.when === "now";
    const key = notificationKey(consequence.notification.message);
    switch (this.schedule.timing) {
      case "now":
        return true;
      case "later":
        return false;
      case "mixed":
        return seededFraction(this.schedule.seed, `now ${key}`) < 0.4;
    }
  }

  add(consequence: Consequence): void {
    this.waiting.push(consequence);
  }

  /**
   * Takes the notification that comes next, optionally only among those that `accept` agrees to.
   * The rank depends on the seed and the notification alone, so both SDKs get the same order.
   */
  take(
    journal: Journal,
    accept: (notification: NotificationEntry) => boolean = () => true,
  ): NotificationEntry | undefined {
    const eligible = this.waiting.filter(
      ({ after, notification }) =>
        (after === undefined || journal.notification(after) !== undefined) && accept(notification),
    );
    eligible.sort((left, right) => this.rank(left) - this.rank(right));
    const next = eligible[0];
    if (next === undefined) return undefined;
    this.waiting.splice(this.waiting.indexOf(next), 1);
    return next.notification;
  }

  /** How many notifications to hand over together: one, or sometimes up to three. */
  batchSize(journal: Journal): number {
    const fraction = seededFraction(this.schedule.seed, `batch ${journal.entries.length}`);
    return fraction < 0.6 ? 1 : fraction < 0.85 ? 2 : 3;
  }

  private rank({ notification }: Consequence): number {
    return seededFraction(this.schedule.seed, notificationKey(notification.message));
  }
}
