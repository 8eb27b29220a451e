/** The `ctx.run` steps of this attempt whose result is not in the journal yet. */
import type { NotificationId, NotificationResult } from "../protocol/messages.js";
import type { RelatedCommand } from "./outcome.js";

export class Runs {
  /** By completion id. Ids count up, so a list costs less than a Map, whose tables are replaced as entries come and go. */
  readonly #unresolved: (RelatedCommand | undefined)[] = [];
  /** V7: results proposed and not acknowledged, by completion id; the ack carries the id only. */
  readonly #proposed: (NotificationResult | undefined)[] = [];

  register(completionId: number, command: RelatedCommand): void {
    this.#unresolved[completionId] = command;
  }

  get(completionId: number): RelatedCommand | undefined {
    return this.#unresolved[completionId];
  }

  /** The run whose result the notification would be. */
  of(id: NotificationId): RelatedCommand | undefined {
    return id.kind === "completion" ? this.get(id.id) : undefined;
  }

  firstOf(ids: readonly NotificationId[]): RelatedCommand | undefined {
    for (const id of ids) {
      const run = this.of(id);
      if (run) return run;
    }
    return undefined;
  }

  /** Takes the run off the list once its result is proposed; `kept` is what a V7 ack will stand for. */
  propose(completionId: number, kept: NotificationResult | undefined): void {
    this.#unresolved[completionId] = undefined;
    if (kept) this.#proposed[completionId] = kept;
  }

  /** The result that an ack makes durable, or undefined for an ack of something never proposed. */
  acknowledge(completionId: number): NotificationResult | undefined {
    const result = this.#proposed[completionId];
    if (result) this.#proposed[completionId] = undefined;
    return result;
  }
}
