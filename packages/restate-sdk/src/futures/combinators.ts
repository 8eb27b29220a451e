/**
 * all, race, any, allSettled and orTimeout as counters over their children: constant work per settled child.
 *
 * A combinator decides as a native one over native promises would, each of its children settling when somebody waits
 * for it. So what has been awaited before comes first; then, when the combinator is awaited, what is ready by then; then
 * what arrives, in journal order. Among what is ready it is position that decides, and the number of microtasks (see
 * hops.ts), not the journal: the official SDK does not know the order either once results have been delivered, and a
 * journal that it has begun must end the same way here. The moment of awaiting is the same on every replay.
 */
import { TimeoutError } from "../errors/terminal-error.js";
import type { FutureTree } from "../protocol/messages.js";
import { combinatorTree, type AwaitTree, type KnownFeeders } from "./await-tree.js";
import { depthAbove, Future, type FutureRuntime, type Settlement, type Watcher } from "./future.js";
import { afterHops, COMBINATOR_HOPS } from "./hops.js";

type AnyFuture = Future<unknown>;
type Outcome = Settlement<unknown>;

/** How one kind of combinator decides. */
export interface CombinatorRule<T> {
  readonly name: FutureTree["combinator"];
  /**
   * @param now what the child at `index` has just settled to; undefined without any children
   * @param all what all children have settled to, once they have
   */
  decide(
    now: Outcome | undefined,
    all: readonly Outcome[] | undefined,
    index: number,
  ): Settlement<T> | undefined;
}

export class CombinedFuture<T> extends Future<T> implements Watcher {
  readonly #rule: CombinatorRule<T>;
  readonly #children: readonly AnyFuture[];
  #remaining: number;
  #isDecided = false;

  constructor(
    rule: CombinatorRule<T>,
    children: readonly AnyFuture[],
    runtime: FutureRuntime | undefined,
  ) {
    super(runtime, depthAbove(children));
    this.#rule = rule;
    this.#children = children;
    this.#remaining = children.length;
    children.forEach((child, index) => {
      child.watch({ watcher: this, index });
    });
    const whenEmpty = children.length === 0 ? rule.decide(undefined, [], 0) : undefined;
    if (whenEmpty) this.settle(whenEmpty);
  }

  get runsMapper(): boolean {
    return this.feedsMapper;
  }

  /** Of all children, those that cannot decide it any more as well: so does the official SDK. */
  override take(): void {
    for (const child of this.#children) child.take();
  }

  absorbs(ok: boolean): boolean {
    const probe = { ok, value: undefined, reason: undefined };
    if (this.#remaining < 2 || this.#rule.decide(probe, undefined, 0)) return false;
    this.#remaining--;
    return true;
  }

  childSettled(index: number): void {
    afterHops(1, () => {
      this.#decide(index);
    });
  }

  override awaitTree(known?: KnownFeeders): AwaitTree | undefined {
    return combinatorTree(this.#rule.name, this.#children, known);
  }

  #decide(index: number): void {
    if (this.#isDecided) return;
    const all =
      --this.#remaining === 0 ? this.#children.flatMap((child) => child.outcome ?? []) : undefined;
    const outcome = this.#rule.decide(this.#children[index]?.outcome, all, index);
    if (!outcome) return;
    this.#isDecided = true;
    for (const child of this.#children) child.unwatch(this);
    afterHops(COMBINATOR_HOPS, () => {
      this.settle(outcome);
    });
  }
}

export const ALL: CombinatorRule<unknown[]> = {
  name: "allSucceededOrFirstFailed",
  decide: (now, all) => {
    if (now?.ok === false) return now;
    return all && { ok: true, value: all.map((one) => one.ok && one.value) };
  },
};

export const RACE: CombinatorRule<unknown> = { name: "firstCompleted", decide: (now) => now };

export const ANY: CombinatorRule<unknown> = {
  name: "firstSucceededOrAllFailed",
  decide: (now, all) => {
    if (now?.ok === true) return now;
    const reasons = all?.map((one) => !one.ok && one.reason);
    return (
      reasons && { ok: false, reason: new AggregateError(reasons, "All promises were rejected") }
    );
  },
};

export const ALL_SETTLED: CombinatorRule<PromiseSettledResult<unknown>[]> = {
  name: "allCompleted",
  decide: (_now, all) => all && { ok: true, value: all.map(toSettledResult) },
};

export function toSettledResult(outcome: Outcome): PromiseSettledResult<unknown> {
  return outcome.ok
    ? { status: "fulfilled", value: outcome.value }
    : { status: "rejected", reason: outcome.reason };
}

/** A race that tells which branch won. */
export function selectRule(
  tags: readonly string[],
): CombinatorRule<{ readonly tag: string; readonly value: unknown }> {
  return {
    name: "firstCompleted",
    decide: (now, _all, index) =>
      now?.ok === true ? { ok: true, value: { tag: tags[index] ?? "", value: now.value } } : now,
  };
}

const TIMER = 1;

/** The first child against a timer, the second. */
export const OR_TIMEOUT: CombinatorRule<unknown> = {
  name: "unknown",
  decide: (now, _all, index) =>
    now?.ok === true && index === TIMER ? { ok: false, reason: new TimeoutError() } : now,
};
