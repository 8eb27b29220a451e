/** The `ctx.run` steps of this attempt whose result is not in the journal yet. */
import type { NotificationId, NotificationResult } from "../protocol/messages.js";
import { IdMap } from "../util/id-map.js";
import type { RelatedCommand } from "./outcome.js";

export class Runs {
  readonly #unresolved = new IdMap<RelatedCommand>();
  #executing = 0;
  /** V7: results proposed and not acknowledged; the ack carries the id only. */
  #proposed: IdMap<NotificationResult> | undefined;

  register(completionId: number, command: RelatedCommand): void {
    this.#unresolved.set(completionId, command);
  }

  started(): void {
    this.#executing++;
  }

  /** The closure ended, whatever came of it. */
  finished(): void {
    this.#executing--;
  }

  get isExecuting(): boolean {
    return this.#executing > 0;
  }

  get(completionId: number): RelatedCommand | undefined {
    return this.#unresolved.get(completionId);
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
    this.#unresolved.take(completionId);
    if (kept) (this.#proposed ??= new IdMap()).set(completionId, kept);
  }

  /** The result that an ack makes durable, or undefined for an ack of something never proposed. */
  acknowledge(completionId: number): NotificationResult | undefined {
    return this.#proposed?.take(completionId);
  }
}
