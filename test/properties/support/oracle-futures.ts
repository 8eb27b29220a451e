/**
 * Durable promises written a second time, as plainly as possible: what the SDK's futures have to agree with.
 *
 * Nothing here knows of journals, replays, flushing or suspension; there is one attempt, and it is never interrupted.
 * All that settles is a native promise, and all that combines is a native combinator: the SDK, which counts children
 * and microtasks by itself, has to come to the same result in the same microtask.
 */
import { RestateError } from "../../../packages/restate-sdk/src/errors/restate-error.js";
import type { TerminalError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import { TimeoutError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";

export type Outcome =
  /** Nothing has to be decoded for a plain one. */
  | { readonly ok: true; readonly value: unknown; readonly isPlain: boolean }
  | { readonly ok: false; readonly reason: unknown; readonly isPlain: false };

/** What all futures of one invocation share. */
export interface Scheduler {
  readonly awaiting: Set<Item>;
  /** Journals a timer. */
  startTimer(): Item;
}

export interface Parent {
  readonly isAwaited: boolean;
}

export abstract class Item implements Parent {
  isSettled = false;
  private readonly parents: Parent[] = [];
  private waiter: Deferred | undefined;

  /** @param scheduler undefined for what no notification settles */
  constructor(readonly scheduler: Scheduler | undefined) {}

  /** What it settles to; the same one every time. */
  abstract native(): Promise<unknown>;

  /** Somebody waits for it: what has been delivered counts from now on. */
  take(): void {}

  // --- what programs call

  then(onFulfilled?: (value: unknown) => unknown, onRejected?: (reason: unknown) => unknown) {
    return own(this.wait().then(onFulfilled, onRejected), typeof onRejected === "function");
  }

  catch(onRejected: (reason: unknown) => unknown) {
    return this.then(undefined, onRejected);
  }

  finally(onFinally: () => unknown) {
    return own(this.wait().finally(onFinally), false);
  }

  map(mapper: (value?: unknown, failure?: unknown) => unknown): Item {
    return new Mapped(this, mapper);
  }

  orTimeout(_millis: number): Item {
    const timedOut = new TimeoutError();
    if (this.scheduler === undefined) {
      return this.isSettled ? this : new Constant(Promise.reject(timedOut), true);
    }
    const children = [this, this.scheduler.startTimer()];
    return combine(
      children,
      ([result, timer]) =>
        new Promise((resolve, reject) => {
          result?.then(resolve, reject);
          timer?.then(() => {
            reject(timedOut);
          }, reject);
        }),
    );
  }

  // --- what happens to it

  get isAwaited(): boolean {
    if (this.isSettled) return false;
    return this.waiter !== undefined || this.parents.some((parent) => parent.isAwaited);
  }

  addParent(parent: Parent): void {
    this.parents.push(parent);
  }

  cancel(reason: unknown): void {
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.reject(reason);
  }

  /** Notes when it has settled. */
  protected watched(promise: Promise<unknown>): Promise<unknown> {
    const note = () => {
      this.isSettled = true;
      this.scheduler?.awaiting.delete(this);
    };
    promise.then(note, note);
    return promise;
  }

  private wait(): Promise<unknown> {
    if (this.waiter === undefined) {
      const cancelled = deferred();
      const promise = quiet(Promise.race([cancelled.promise, this.native()]));
      this.waiter = { ...cancelled, promise };
      if (!this.isSettled) this.scheduler?.awaiting.add(this);
      queueMicrotask(() => {
        this.take();
      });
    }
    return this.waiter.promise;
  }
}

interface Deferred {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred(): Deferred {
  let resolve: (value: unknown) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<unknown>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise: quiet(promise), resolve, reject };
}

function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A rejection of ours that passes through is nobody's to handle. */
function own<T>(promise: Promise<T>, isHandled: boolean): Promise<T> {
  return isHandled ? promise : quiet(promise);
}

/** Settled by a notification, from the moment on at which somebody waits for it. */
export class Leaf extends Item {
  isTaken = false;
  /** How many microtasks a value or a failure takes. */
  hops = 1;
  private readonly settlement = deferred();
  private received: Outcome | undefined;

  constructor(override readonly scheduler: Scheduler) {
    super(scheduler);
    void this.watched(this.settlement.promise);
  }

  native(): Promise<unknown> {
    return this.settlement.promise;
  }

  /** True if user code may notice. */
  receive(outcome: Outcome): boolean {
    this.received = outcome;
    const { isAwaited } = this;
    if (isAwaited) this.take();
    return isAwaited;
  }

  override take(): void {
    const { received } = this;
    if (received === undefined || this.isTaken) return;
    this.isTaken = true;
    void this.settle(received);
  }

  private async settle(outcome: Outcome): Promise<void> {
    for (let hop = outcome.isPlain ? 0 : this.hops; hop > 0; hop--) await Promise.resolve();
    if (outcome.ok) this.settlement.resolve(outcome.value);
    else this.settlement.reject(outcome.reason);
  }
}

/** A given value, or what follows a promise from elsewhere: no notification is involved. */
export class Constant extends Item {
  private readonly promise: Promise<unknown>;

  constructor(promise: Promise<unknown>, isSettled: boolean) {
    super(undefined);
    this.promise = this.watched(quiet(promise));
    this.isSettled = isSettled;
  }

  native(): Promise<unknown> {
    return this.promise;
  }
}

class Mapped extends Item {
  private mapped: Promise<unknown> | undefined;

  constructor(
    private readonly source: Item,
    private readonly mapper: (value?: unknown, failure?: unknown) => unknown,
  ) {
    super(source.scheduler);
  }

  override take(): void {
    this.source.take();
  }

  native(): Promise<unknown> {
    if (this.mapped === undefined) {
      this.source.addParent(this);
      const { mapper } = this;
      const lifted = (map: () => unknown) => {
        try {
          return Promise.resolve(map());
        } catch (reason) {
          return Promise.reject(reason);
        }
      };
      this.mapped = this.source.native().then(
        (value) => lifted(() => mapper(value)),
        (reason: unknown) => {
          if (!(reason instanceof RestateError)) throw reason;
          return lifted(() => mapper(undefined, reason));
        },
      );
      void this.watched(quiet(this.mapped));
    }
    return this.mapped;
  }
}

class Combined extends Item {
  private readonly promise: Promise<unknown>;

  constructor(
    private readonly children: readonly Item[],
    decide: (natives: readonly Promise<unknown>[]) => Promise<unknown>,
  ) {
    super(schedulerOf(children));
    for (const child of children) child.addParent(this);
    const decided = decide(children.map((child) => child.native()));
    // The official SDK notes here that it has settled.
    this.promise = this.watched(quiet(decided.finally(() => {})));
  }

  native(): Promise<unknown> {
    return this.promise;
  }

  override take(): void {
    for (const child of this.children) child.take();
  }
}

function combine(
  children: readonly Item[],
  decide: (natives: readonly Promise<unknown>[]) => Promise<unknown>,
): Item {
  return new Combined(children, decide);
}

/** The combinators as the documentation of `RestatePromise` has them. */
export const OracleRestatePromise = {
  resolve: (value: unknown) => {
    if (value instanceof Item) return value;
    if (value instanceof Promise)
      return new Constant(
        value.then((given: unknown) => given),
        false,
      );
    return new Constant(Promise.resolve(value), true);
  },
  reject: (reason: TerminalError) => new Constant(Promise.reject(reason), true),
  all: (items: readonly Item[]) => {
    if (items.length === 0) return new Constant(Promise.resolve([]), true);
    return combine(items, (natives) => Promise.all(natives));
  },
  race: (items: readonly Item[]) => combine(items, (natives) => Promise.race(natives)),
  any: (items: readonly Item[]) => combine(items, (natives) => Promise.any(natives)),
  allSettled: (items: readonly Item[]) => combine(items, (natives) => Promise.allSettled(natives)),
  select: (branches: Record<string, Item>) =>
    combine(
      Object.values(branches),
      (natives) =>
        new Promise((resolve, reject) => {
          const tags = Object.keys(branches);
          natives.forEach((native, index) => {
            native.then((value) => {
              resolve({ tag: tags[index], value });
            }, reject);
          });
        }),
    ),
  asCompleted: (items: readonly Item[]) => new Completed(items, schedulerOf(items)),
};

function schedulerOf(items: readonly Item[]): Scheduler | undefined {
  return items.find(({ scheduler }) => scheduler !== undefined)?.scheduler;
}

class Next extends Item {
  private readonly item = deferred();

  constructor(
    private readonly stream: Completed,
    scheduler: Scheduler | undefined,
  ) {
    super(scheduler);
    void this.watched(this.item.promise);
  }

  native(): Promise<unknown> {
    return this.item.promise;
  }

  give(value: unknown): void {
    this.item.resolve({ done: false, value });
  }

  override take(): void {
    this.stream.take();
  }

  override cancel(reason: unknown): void {
    this.stream.forget(this);
    super.cancel(reason);
  }
}

class Completed implements Parent {
  private readonly settled: unknown[] = [];
  private takers: Next[] = [];
  private given = 0;

  constructor(
    private readonly items: readonly Item[],
    private readonly scheduler: Scheduler | undefined,
  ) {
    items.forEach((item, tag) => {
      item.addParent(this);
      item.native().then(
        (value) => {
          this.settledTo({ tag, status: "fulfilled", value });
        },
        (reason: unknown) => {
          this.settledTo({ tag, status: "rejected", reason });
        },
      );
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
    this.takers.push(taker);
    this.give();
    return taker;
  }

  return() {
    this.given = this.items.length;
    return Promise.resolve({ done: true, value: undefined });
  }

  get isAwaited(): boolean {
    return this.takers.some((taker) => taker.isAwaited);
  }

  take(): void {
    for (const item of this.items) if (!item.isSettled) item.take();
  }

  forget(taker: Next): void {
    this.takers = this.takers.filter((other) => other !== taker);
  }

  private settledTo(item: unknown): void {
    this.settled.push(item);
    this.give();
  }

  private give(): void {
    const [taker] = this.takers;
    if (taker === undefined || this.settled.length === 0) return;
    this.takers.shift();
    this.given++;
    taker.give(this.settled.shift());
  }
}
