/**
 * Durable promises written a second time, as plainly as possible: what the SDK's futures have to agree with.
 *
 * Nothing here knows of journals, replays, flushing or suspension; there is one attempt, and it is never interrupted.
 */
import { RestateError } from "../../../packages/restate-sdk/src/errors/restate-error.js";
import type { TerminalError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import { TimeoutError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";

export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: unknown };

/** Decides over the children that have settled so far, of which one did just now. */
type Rule = (outcomes: readonly (Outcome | undefined)[], now: Outcome) => Outcome | undefined;

/** What all futures of one invocation share. */
export class Scheduler {
  readonly awaiting = new Set<Item>();
  /** Position of the latest notification. */
  order = 0;
  private delivering: { readonly visible: Item[]; readonly mappers: (() => void)[] } | undefined;

  /** @param startTimer journals a timer */
  constructor(readonly startTimer: () => Item) {}

  /** Everything that settles within `settle` becomes visible together; true if user code may notice. */
  deliver(settle: () => void): boolean {
    const delivery: { visible: Item[]; mappers: (() => void)[] } = { visible: [], mappers: [] };
    this.delivering = delivery;
    settle();
    this.delivering = undefined;
    for (const mapper of delivery.mappers) mapper();
    for (const item of delivery.visible) item.show();
    return delivery.visible.length + delivery.mappers.length > 0;
  }

  show(item: Item): void {
    if (this.delivering === undefined) item.show();
    else this.delivering.visible.push(item);
  }

  map(mapper: () => void): void {
    if (this.delivering === undefined) mapper();
    else this.delivering.mappers.push(mapper);
  }
}

export interface Parent {
  childSettled(child: Item): void;
  readonly isAwaited: boolean;
}

export class Item implements Parent {
  outcome: Outcome | undefined;
  order = 0;
  protected readonly parents: Parent[] = [];
  private waiter: PromiseWithResolve | undefined;

  /** @param scheduler undefined for what no notification settles */
  constructor(readonly scheduler: Scheduler | undefined) {}

  // --- what programs call

  then(onFulfilled?: (value: unknown) => unknown, onRejected?: (reason: unknown) => unknown) {
    const { promise } = this.wait();
    promise.catch(() => {});
    return own(promise.then(onFulfilled, onRejected), typeof onRejected === "function");
  }

  catch(onRejected: (reason: unknown) => unknown) {
    return this.then(undefined, onRejected);
  }

  finally(onFinally: () => unknown) {
    return own(this.wait().promise.finally(onFinally), false);
  }

  map(mapper: (value?: unknown, failure?: unknown) => unknown): Item {
    return new Mapped(this, mapper);
  }

  orTimeout(_millis: number): Item {
    const timedOut = { ok: false, reason: new TimeoutError() } as const;
    if (this.scheduler === undefined) {
      return this.outcome === undefined ? new Constant(timedOut) : this;
    }
    return combine([this, this.scheduler.startTimer()], (outcomes, now) =>
      outcomes[1] === now && now.ok ? timedOut : now,
    );
  }

  // --- what happens to it

  get isAwaited(): boolean {
    if (this.outcome !== undefined) return false;
    return this.waiter !== undefined || this.parents.some((parent) => parent.isAwaited);
  }

  /** Somebody begins to wait for it. */
  demand(): void {}

  addParent(parent: Parent): void {
    this.parents.push(parent);
  }

  childSettled(_child: Item): void {}

  settle(outcome: Outcome, order: number): void {
    this.outcome = outcome;
    this.order = order;
    if (this.waiter !== undefined) {
      this.scheduler?.awaiting.delete(this);
      this.showInTurn();
    }
    for (const parent of this.parents.splice(0)) parent.childSettled(this);
  }

  show(): void {
    const { waiter, outcome } = this;
    if (waiter === undefined || outcome === undefined) return;
    if (outcome.ok) waiter.resolve(outcome.value);
    else {
      waiter.promise.catch(() => {});
      waiter.reject(outcome.reason);
    }
  }

  cancel(reason: unknown): void {
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.promise.catch(() => {});
    waiter?.reject(reason);
  }

  private wait(): PromiseWithResolve {
    if (this.waiter !== undefined) return this.waiter;
    this.demand();
    this.waiter = withResolve();
    if (this.outcome === undefined) this.scheduler?.awaiting.add(this);
    else this.showInTurn();
    return this.waiter;
  }

  private showInTurn(): void {
    if (this.scheduler === undefined) this.show();
    else this.scheduler.show(this);
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolve(): PromiseWithResolve {
  let resolve: (value: unknown) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<unknown>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** A rejection of ours that passes through is nobody's to handle. */
function own<T>(promise: Promise<T>, isHandled: boolean): Promise<T> {
  if (!isHandled) promise.catch(() => {});
  return promise;
}

/** A given value, or what follows a promise from elsewhere: no notification is involved. */
export class Constant extends Item {
  constructor(outcome?: Outcome) {
    super(undefined);
    if (outcome !== undefined) this.settle(outcome, 0);
  }

  static following(promise: PromiseLike<unknown>): Constant {
    const constant = new Constant();
    promise.then(
      (value) => constant.settle({ ok: true, value }, 0),
      (reason: unknown) => constant.settle({ ok: false, reason }, 0),
    );
    return constant;
  }
}

class Mapped extends Item {
  private isDemanded = false;

  constructor(
    private readonly source: Item,
    private readonly mapper: (value?: unknown, failure?: unknown) => unknown,
  ) {
    super(source.scheduler);
  }

  override demand(): void {
    if (this.source.outcome === undefined) this.source.demand();
    if (this.isDemanded) return;
    this.isDemanded = true;
    if (this.source.outcome === undefined) this.source.addParent(this);
    else this.apply();
  }

  override childSettled(): void {
    const mapper = () => {
      queueMicrotask(() => {
        this.apply();
      });
    };
    if (!this.isAwaited) this.isDemanded = false;
    else if (this.scheduler === undefined) mapper();
    else this.scheduler.map(mapper);
  }

  private apply(): void {
    const { outcome } = this.source;
    if (outcome === undefined) throw new Error("Mapped too early");
    if (!outcome.ok && !(outcome.reason instanceof RestateError)) {
      this.become(outcome);
      return;
    }
    let mapped: unknown;
    try {
      mapped = outcome.ok ? this.mapper(outcome.value) : this.mapper(undefined, outcome.reason);
    } catch (reason) {
      this.become({ ok: false, reason });
      return;
    }
    if (mapped instanceof Promise) {
      mapped.then(
        (value) => this.become({ ok: true, value }),
        (reason: unknown) => this.become({ ok: false, reason }),
      );
    } else this.become({ ok: true, value: mapped });
  }

  private become(outcome: Outcome): void {
    this.settle(outcome, this.source.order);
  }
}

class Combined extends Item {
  private readonly outcomes: (Outcome | undefined)[];

  constructor(
    private readonly children: readonly Item[],
    private readonly rule: Rule,
  ) {
    super(schedulerOf(children));
    this.outcomes = children.map(() => undefined);
    const settled = children.filter(({ outcome }) => outcome !== undefined);
    for (const child of settled.sort((a, b) => a.order - b.order)) this.childSettled(child);
    if (this.outcome !== undefined) return;
    for (const child of children) if (child.outcome === undefined) child.addParent(this);
  }

  override demand(): void {
    for (const child of this.children) {
      if (this.outcome !== undefined) return;
      if (child.outcome === undefined) child.demand();
    }
  }

  override childSettled(child: Item): void {
    if (this.outcome !== undefined || child.outcome === undefined) return;
    this.children.forEach((other, index) => {
      if (other === child) this.outcomes[index] = child.outcome;
    });
    const outcome = this.rule(this.outcomes, child.outcome);
    if (outcome !== undefined) this.settle(outcome, child.order);
  }
}

function combine(children: readonly Item[], rule: Rule): Item {
  return new Combined(children, rule);
}

/** The combinators as the documentation of `RestatePromise` has them. */
export const OracleRestatePromise = {
  resolve: (value: unknown) => {
    if (value instanceof Item) return value;
    if (value instanceof Promise) return Constant.following(value);
    return new Constant({ ok: true, value });
  },
  reject: (reason: TerminalError) => new Constant({ ok: false, reason }),
  all: (items: readonly Item[]) => {
    if (items.length === 0) return new Constant({ ok: true, value: [] });
    return combine(items, (outcomes, now) => {
      if (!now.ok) return now;
      if (!outcomes.every((outcome) => outcome?.ok === true)) return undefined;
      return { ok: true, value: outcomes.map(valueOf) };
    });
  },
  race: (items: readonly Item[]) => combine(items, (_, now) => now),
  any: (items: readonly Item[]) =>
    combine(items, (outcomes, now) => {
      if (now.ok) return now;
      if (!outcomes.every((outcome) => outcome?.ok === false)) return undefined;
      const reasons = outcomes.map(reasonOf);
      return { ok: false, reason: new AggregateError(reasons, "All promises were rejected") };
    }),
  allSettled: (items: readonly Item[]) =>
    combine(items, (outcomes) => {
      if (outcomes.includes(undefined)) return undefined;
      return { ok: true, value: outcomes.map(toSettled) };
    }),
  select: (branches: Record<string, Item>) =>
    combine(Object.values(branches), (outcomes, now) => {
      const tag = Object.keys(branches)[outcomes.indexOf(now)];
      return now.ok ? { ok: true, value: { tag, value: now.value } } : now;
    }),
  asCompleted: (items: readonly Item[]) => new Completed(items, schedulerOf(items)),
};

function schedulerOf(items: readonly Item[]): Scheduler | undefined {
  return items.find(({ scheduler }) => scheduler !== undefined)?.scheduler;
}

function valueOf(outcome: Outcome | undefined): unknown {
  return outcome?.ok === true ? outcome.value : undefined;
}

function reasonOf(outcome: Outcome | undefined): unknown {
  return outcome?.ok === false ? outcome.reason : undefined;
}

function toSettled(outcome: Outcome | undefined) {
  return outcome?.ok === true
    ? { status: "fulfilled", value: outcome.value }
    : { status: "rejected", reason: reasonOf(outcome) };
}

class Next extends Item {
  constructor(
    private readonly stream: Completed,
    scheduler: Scheduler | undefined,
  ) {
    super(scheduler);
  }

  override demand(): void {
    if (this.outcome === undefined) this.stream.demand();
  }

  override cancel(reason: unknown): void {
    this.stream.forget(this);
    super.cancel(reason);
  }
}

class Completed implements Parent {
  private readonly settled: number[] = [];
  private takers: Next[] = [];
  private given = 0;

  constructor(
    private readonly items: readonly Item[],
    private readonly scheduler: Scheduler | undefined,
  ) {
    const indexes = items.map((_, index) => index);
    const orderAt = (index: number) => items[index]?.order ?? 0;
    this.settled = indexes.filter((index) => items[index]?.outcome !== undefined);
    this.settled.sort((a, b) => orderAt(a) - orderAt(b));
    indexes.forEach((index) => {
      const item = items[index];
      if (item?.outcome !== undefined || item === undefined) return;
      item.addParent(new Watched(this, index));
    });
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.given + this.takers.length >= this.items.length) {
      return Promise.resolve({ done: true, value: undefined });
    }
    const taker = new Next(this, this.scheduler);
    const index = this.settled.shift();
    if (index === undefined) this.takers.push(taker);
    else this.give(taker, index);
    return taker;
  }

  return() {
    this.given = this.items.length;
    return Promise.resolve({ done: true, value: undefined });
  }

  get isAwaited(): boolean {
    return this.takers.some((taker) => taker.isAwaited);
  }

  childSettled(): void {}

  settledAt(index: number): void {
    const taker = this.takers.shift();
    if (taker === undefined) this.settled.push(index);
    else this.give(taker, index);
  }

  demand(): void {
    for (const item of this.items) if (item.outcome === undefined) item.demand();
  }

  forget(taker: Next): void {
    this.takers = this.takers.filter((other) => other !== taker);
  }

  private give(taker: Next, index: number): void {
    const item = this.items[index];
    if (item === undefined) return;
    this.given++;
    taker.settle(
      { ok: true, value: { done: false, value: { tag: index, ...toSettled(item.outcome) } } },
      item.order,
    );
  }
}

class Watched implements Parent {
  constructor(
    private readonly stream: Completed,
    private readonly index: number,
  ) {}

  get isAwaited(): boolean {
    return this.stream.isAwaited;
  }

  childSettled(): void {
    this.stream.settledAt(this.index);
  }
}
