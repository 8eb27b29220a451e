/** The result of another future passed through a function of the user's, which runs once, and only while awaited. */
import { inThisContext } from "../util/in-this-context.js";
import { isThenable } from "../util/thenable.js";
import { RestateError } from "../errors/restate-error.js";
import { TerminalError } from "../errors/terminal-error.js";
import type { AwaitTree } from "./await-tree.js";
import { Future, type Mapper, type Settlement, type Watcher } from "./future.js";

export class MappedFuture<T, U> extends Future<U> implements Watcher {
  private outcome: Settlement<U> | undefined;
  private demanded = false;
  private mapNow: (() => void) | undefined;

  constructor(
    private readonly source: Future<T>,
    private readonly mapper: Mapper<T, U>,
  ) {
    super(source.runtime);
  }

  override get isLazy(): boolean {
    return true;
  }

  override demand(): void {
    if (this.source.state === "pending") this.source.demand();
    if (this.demanded) return;
    this.demanded = true;
    if (this.source.state === "pending") {
      this.mapNow = inThisContext(() => this.mapWhenPrepared());
      this.source.watch(this, 0);
    } else this.mapWhenPrepared();
  }

  /**
   * The mapper is user code: it must not run inside the delivery, but in a microtask that the delivery waits for.
   *
   * Nor may it run for the loser of a race, whose source no suspension names: it waits for the next demand.
   */
  childSettled(): void {
    if (!this.isAwaited) this.demanded = false;
    else if (this.mapNow !== undefined) this.runMapper(this.mapNow);
  }

  private runMapper(mapNow: () => void): void {
    if (this.runtime === undefined) mapNow();
    else this.runtime.enqueueMapper(mapNow);
  }

  override settlement(): Settlement<U> {
    if (this.outcome === undefined) throw new Error("Not settled yet");
    return this.outcome;
  }

  override awaitTree(): AwaitTree | undefined {
    const source = this.source.state === "pending" ? this.source.awaitTree() : undefined;
    return source === undefined ? undefined : { kind: "mapped", source };
  }

  private mapWhenPrepared(): void {
    if (this.runtime === undefined) this.applyMapper();
    else this.runtime.whenPrepared(this.source, () => this.applyMapper());
  }

  private applyMapper(): void {
    let mapped: U;
    try {
      const settlement = this.source.settlement();
      if (settlement.ok) mapped = this.mapper(settlement.value, undefined);
      else if (isFailure(settlement.reason)) {
        mapped = this.mapper(undefined, settlement.reason);
      } else {
        this.become({ ok: false, reason: settlement.reason });
        return;
      }
    } catch (error) {
      this.mapperThrew(error);
      return;
    }
    if (isThenable(mapped)) this.follow(mapped);
    else this.become({ ok: true, value: mapped });
  }

  /** A mapper may return a promise; the result is then what that promise settles to. */
  private follow(mapped: PromiseLike<U>): void {
    mapped.then(
      (value) => {
        this.become({ ok: true, value });
      },
      (error: unknown) => {
        this.mapperThrew(error);
      },
    );
  }

  private mapperThrew(error: unknown): void {
    if (error instanceof TerminalError || this.runtime === undefined) {
      this.become({ ok: false, reason: error });
    } else {
      this.runtime.abortAttempt(error);
    }
  }

  private become(outcome: Settlement<U>): void {
    this.outcome = outcome;
    this.settle(outcome.ok ? "fulfilled" : "rejected", this.source.order);
  }
}

/** Everything else, such as what `any` rejects with, passes by the mapper. */
function isFailure(reason: unknown): reason is TerminalError {
  return reason instanceof RestateError;
}
