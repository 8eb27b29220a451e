/** all, race, any, allSettled and orTimeout as counters over their children: constant work per settled child. */
import { TimeoutError } from "../errors/terminal-error.js";
import type { FutureTree } from "../protocol/messages.js";
import type { AwaitTree } from "./await-tree.js";
import { Future, type FutureRuntime, type Settlement, type Watcher } from "./future.js";

type AnyFuture = Future<unknown>;

/** How one kind of combinator decides. */
export interface CombinatorRule<T> {
  readonly name: FutureTree["combinator"];
  /** Whether the child that has just settled decides the combinator; `remaining` children are still pending. */
  decide(child: AnyFuture, remaining: number, index: number): "fulfilled" | "rejected" | undefined;
  /** The settlement without any child. */
  readonly whenEmpty: "fulfilled" | "rejected" | "pending";
  settlement(children: readonly AnyFuture[], decisive: number): Settlement<T>;
  /** The children whose values the settlement needs. */
  needed(children: readonly AnyFuture[], decisive: number): readonly AnyFuture[];
}

export class CombinedFuture<T> extends Future<T> implements Watcher {
  private remaining: number;
  private decisive = -1;
  private readonly lazy: boolean;

  constructor(
    private readonly rule: CombinatorRule<T>,
    private readonly children: readonly AnyFuture[],
    runtime: FutureRuntime | undefined,
  ) {
    super(runtime);
    this.remaining = children.length;
    this.lazy = children.some((child) => child.isLazy);
    if (children.length === 0) this.settleEmpty();
    else this.connect();
  }

  override get isLazy(): boolean {
    return this.lazy;
  }

  /** Every time anew: after a cancellation, say, signals may have arrived that nobody waited for. */
  override demand(): void {
    if (!this.lazy) return;
    for (const child of this.children) {
      if (this.state !== "pending") return;
      if (child.state === "pending") child.demand();
    }
  }

  childSettled(index: number): void {
    const child = this.children[index];
    if (this.state !== "pending" || child === undefined) return;
    this.remaining--;
    const state = this.rule.decide(child, this.remaining, index);
    if (state === undefined) return;
    this.decisive = index;
    this.disconnect();
    this.settle(state, child.order);
  }

  override settlement(): Settlement<T> {
    return this.rule.settlement(this.children, this.decisive);
  }

  override prepare(): Promise<unknown> | undefined {
    let preparing: Promise<unknown>[] | undefined;
    for (const child of this.rule.needed(this.children, this.decisive)) {
      const prepared = child.prepare();
      if (prepared !== undefined) (preparing ??= []).push(prepared);
    }
    return preparing === undefined ? undefined : Promise.all(preparing);
  }

  override awaitTree(): AwaitTree | undefined {
    const children: AwaitTree[] = [];
    for (const child of this.children) {
      if (child.state !== "pending") continue;
      const tree = child.awaitTree();
      if (tree !== undefined) children.push(tree);
    }
    if (children.length === 0) return undefined;
    return { kind: "combinator", combinator: this.rule.name, children };
  }

  private settleEmpty(): void {
    if (this.rule.whenEmpty !== "pending") this.settle(this.rule.whenEmpty, 0);
  }

  /** Children that have settled before decide first, in journal order; the others report when they settle. */
  private connect(): void {
    const settled: number[] = [];
    this.children.forEach((child, index) => {
      if (child.state !== "pending") settled.push(index);
    });
    if (settled.length > 1) settled.sort((a, b) => this.orderOf(a) - this.orderOf(b) || a - b);
    for (const index of settled) {
      this.childSettled(index);
      if (this.state !== "pending") return;
    }
    this.children.forEach((child, index) => {
      if (child.state === "pending") child.watch(this, index);
    });
  }

  private disconnect(): void {
    if (this.remaining === 0) return;
    for (const child of this.children) if (child.state === "pending") child.unwatch(this);
  }

  private orderOf(index: number): number {
    return this.children[index]?.order ?? 0;
  }
}

function allOf(children: readonly AnyFuture[]): readonly AnyFuture[] {
  return children;
}

function decisiveOf(children: readonly AnyFuture[], decisive: number): readonly AnyFuture[] {
  return children.slice(decisive, decisive + 1);
}

function settlementAt(children: readonly AnyFuture[], index: number): Settlement<unknown> {
  const child = children[index];
  if (child === undefined) throw new Error("Not settled yet");
  return child.settlement();
}

export const ALL: CombinatorRule<unknown[]> = {
  name: "allSucceededOrFirstFailed",
  whenEmpty: "fulfilled",
  decide: (child, remaining) => {
    if (child.state === "rejected") return "rejected";
    return remaining === 0 ? "fulfilled" : undefined;
  },
  settlement: (children, decisive) => {
    const last = decisive < 0 ? undefined : settlementAt(children, decisive);
    if (last?.ok === false) return last;
    return { ok: true, value: children.map((child) => valueOf(child)) };
  },
  needed: (children, decisive) =>
    children[decisive]?.state === "rejected" ? decisiveOf(children, decisive) : children,
};

function valueOf(child: AnyFuture): unknown {
  const settlement = child.settlement();
  return settlement.ok ? settlement.value : undefined;
}

export const RACE: CombinatorRule<unknown> = {
  name: "firstCompleted",
  whenEmpty: "pending",
  decide: (child) => settledState(child),
  settlement: settlementAt,
  needed: decisiveOf,
};

function settledState(child: AnyFuture): "fulfilled" | "rejected" {
  return child.state === "rejected" ? "rejected" : "fulfilled";
}

export const ANY: CombinatorRule<unknown> = {
  name: "firstSucceededOrAllFailed",
  whenEmpty: "rejected",
  decide: (child, remaining) => {
    if (child.state === "fulfilled") return "fulfilled";
    return remaining === 0 ? "rejected" : undefined;
  },
  settlement: (children, decisive) => {
    const last = decisive < 0 ? undefined : settlementAt(children, decisive);
    if (last?.ok === true) return last;
    const reasons = children.map((child) => {
      const settlement = child.settlement();
      return settlement.ok ? undefined : settlement.reason;
    });
    return { ok: false, reason: new AggregateError(reasons, "All promises were rejected") };
  },
  needed: (children, decisive) =>
    children[decisive]?.state === "fulfilled" ? decisiveOf(children, decisive) : children,
};

export const ALL_SETTLED: CombinatorRule<PromiseSettledResult<unknown>[]> = {
  name: "allCompleted",
  whenEmpty: "fulfilled",
  decide: (_child, remaining) => (remaining === 0 ? "fulfilled" : undefined),
  settlement: (children) => ({
    ok: true,
    value: children.map((child) => {
      const settlement = child.settlement();
      return settlement.ok
        ? { status: "fulfilled", value: settlement.value }
        : { status: "rejected", reason: settlement.reason };
    }),
  }),
  needed: allOf,
};

/** A race that tells which branch won. */
export function selectRule(
  tags: readonly string[],
): CombinatorRule<{ readonly tag: string; readonly value: unknown }> {
  return {
    ...RACE,
    settlement: (children, decisive) => {
      const settlement = settlementAt(children, decisive);
      if (!settlement.ok) return settlement;
      return { ok: true, value: { tag: tags[decisive] ?? "", value: settlement.value } };
    },
  };
}

const TIMER = 1;

/** The first child against a timer, the second. */
export const OR_TIMEOUT: CombinatorRule<unknown> = {
  name: "unknown",
  whenEmpty: "pending",
  decide: (child, _remaining, index) => (index === TIMER ? "rejected" : settledState(child)),
  settlement: (children, decisive) => {
    const settlement = settlementAt(children, decisive);
    const isTimeout = decisive === TIMER && settlement.ok;
    return isTimeout ? { ok: false, reason: new TimeoutError() } : settlement;
  },
  needed: decisiveOf,
};
