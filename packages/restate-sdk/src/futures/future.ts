/**
 * What user code awaits: a promise whose settlement is decided by the journal alone.
 *
 * A future is a thenable, not a native promise: `await` calls `then`, and that is how we know what user code waits for.
 * It knows its settlement as soon as its notification has been delivered; the value is decoded when somebody asks.
 */
import type { Duration } from "@restatedev/restate-sdk-core";
import type { RestatePromise } from "../api/promise.js";
import type { TerminalError } from "../errors/terminal-error.js";
import type { AwaitTree } from "./await-tree.js";

/** What a future settled to. */
export type Settlement<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: unknown };

export type FutureState = "pending" | "fulfilled" | "rejected";

/** A combinator or mapping that learns when one of its children settles. */
export interface Watcher {
  childSettled(index: number): void;
  /** Whether user code waits for it, directly or through further combinators. */
  readonly isAwaited: boolean;
}

/** What futures need from the invocation they belong to. */
export interface FutureRuntime {
  /** The pending futures user code waits for directly, in the order in which it began to. */
  readonly awaiting: Set<Future<unknown>>;
  /** User code is active: nothing may be delivered before it has come to rest again. */
  touch(): void;
  /** Resolves the future's waiter with the settlement, in the right place of the current delivery. */
  resolve(future: Future<unknown>): void;
  /** Calls what runs a mapper, which is user code, in a microtask of the current delivery. */
  enqueueMapper(mapper: () => void): void;
  /** Acts at once, or, where the value needs asynchronous decoding, in its turn; nothing is delivered meanwhile. */
  whenPrepared(future: Future<unknown>, action: () => void): void;
  startTimer(duration: Duration | number): Future<void>;
  /** Ends the attempt with an error that is to be retried. */
  abortAttempt(error: unknown): void;
}

export type Mapper<T, U> = (value?: T, failure?: TerminalError) => U;

/** The native promise behind `then`. Untyped, so that a future of any type is a `Future<unknown>`. */
interface Waiter {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Watching {
  readonly watcher: Watcher;
  readonly index: number;
}

/** Recognises futures across copies of this package. */
export const FUTURE_BRAND = Symbol.for("@restatedev/restate-sdk/RestatePromise");

const noWatchers: Watching[] = [];

export abstract class Future<T> implements RestatePromise<T> {
  readonly [FUTURE_BRAND] = true;
  readonly [Symbol.toStringTag]: string = "RestatePromise";

  state: FutureState = "pending";
  /** Position of the notification that settled it: what decides a race among settled futures. */
  order = 0;
  private waiter: Waiter | undefined;
  private watchers = noWatchers;

  /** @param runtime undefined for constants, which belong to no invocation. */
  constructor(readonly runtime: FutureRuntime | undefined) {}

  // --- for subclasses to say

  /** The settlement, decoded. Only when settled and prepared. Throws when the value cannot be decoded. */
  abstract settlement(): Settlement<T>;

  /** What the server must deliver for it to settle; undefined when nothing can be named. */
  abstract awaitTree(): AwaitTree | undefined;

  /** Awaits what decoding needs, if that is asynchronous. */
  prepare(): Promise<unknown> | undefined {
    return undefined;
  }

  /** Whether being awaited makes a difference to its settlement (mappers run and signals are taken then). */
  get isLazy(): boolean {
    return false;
  }

  /** User code waits for it now, directly or through a combinator. */
  demand(): void {}

  // --- Promise

  then<TResult1 = T, TResult2 = never>(
    onFulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onRejected?: ((reason: unknown) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2> {
    const promise = this.nativePromise();
    const derived = promise.then(onFulfilled, onRejected);
    if (typeof onRejected !== "function") muteRejectionsOf(promise, derived);
    return derived;
  }

  catch<TResult = never>(
    onRejected?: ((reason: unknown) => TResult | PromiseLike<TResult>) | null,
  ): Promise<T | TResult> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    const promise = this.nativePromise();
    const derived = promise.finally(onFinally);
    muteRejectionsOf(promise, derived);
    return derived;
  }

  // --- RestatePromise

  orTimeout(duration: Duration | number): RestatePromise<T> {
    return derivations.orTimeout(this, duration);
  }

  map<U>(mapper: Mapper<T, U>): RestatePromise<U> {
    return derivations.map(this, mapper);
  }

  // --- for combinators and the delivery

  get isAwaited(): boolean {
    if (this.state !== "pending") return false;
    if (this.waiter !== undefined) return true;
    for (const { watcher } of this.watchers) if (watcher.isAwaited) return true;
    return false;
  }

  watch(watcher: Watcher, index: number): void {
    if (this.watchers === noWatchers) this.watchers = [{ watcher, index }];
    else this.watchers.push({ watcher, index });
  }

  /** The newest watchers are dropped most often: a loop that races one long-lived future again and again. */
  unwatch(watcher: Watcher): void {
    for (let i = this.watchers.length - 1; i >= 0; i--) {
      if (this.watchers[i]?.watcher === watcher) {
        this.watchers.splice(i, 1);
        return;
      }
    }
  }

  /** Resolves what user code waits on. Called by the delivery once the settlement is prepared. */
  resolveWaiter(): void {
    const waiter = this.waiter;
    if (waiter === undefined) return;
    const settlement = this.settlement();
    if (settlement.ok) waiter.resolve(settlement.value);
    else rejectQuietly(waiter, settlement.reason);
  }

  /** Rejects what user code waits on now; the future itself stays pending and can be awaited again. */
  cancelWaiter(reason: unknown): void {
    const waiter = this.waiter;
    if (waiter === undefined) return;
    this.waiter = undefined;
    rejectQuietly(waiter, reason);
  }

  protected settle(state: "fulfilled" | "rejected", order: number): void {
    this.state = state;
    this.order = order;
    if (this.waiter !== undefined) {
      this.runtime?.awaiting.delete(this);
      this.resolve();
    }
    const watchers = this.watchers;
    this.watchers = noWatchers;
    for (const { watcher, index } of watchers) watcher.childSettled(index);
  }

  private nativePromise(): Promise<T> {
    this.runtime?.touch();
    if (this.waiter !== undefined) return this.waiter.promise as Promise<T>;
    // Before the waiter exists: what settles here is settled for user code, not delivered to it.
    this.demand();
    const waiter = createWaiter();
    this.waiter = waiter;
    if (this.state !== "pending") this.resolve();
    else this.runtime?.awaiting.add(this);
    return waiter.promise as Promise<T>;
  }

  private resolve(): void {
    if (this.runtime === undefined) this.resolveWaiter();
    else this.runtime.resolve(this);
  }
}

/** The methods that build other kinds of futures. */
interface Derivations {
  map<T, U>(future: Future<T>, mapper: Mapper<T, U>): Future<U>;
  orTimeout<T>(future: Future<T>, duration: Duration | number): Future<T>;
}

let derivations: Derivations;

/** Called once by the module above the subclasses, so that the base class need not import them. */
export function bindDerivations(bound: Derivations): void {
  derivations = bound;
}

function createWaiter(): Waiter {
  let resolve!: (value: unknown) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<unknown>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function ignore(): void {}

/** A future that nobody listens to any more must not count as an unhandled rejection. */
function rejectQuietly(waiter: Waiter, reason: unknown): void {
  waiter.promise.catch(ignore);
  waiter.reject(reason);
}

/** A detached `.then(f)` passes our rejection on; only what `f` itself throws is the user's to handle. */
function muteRejectionsOf(source: Promise<unknown>, derived: Promise<unknown>): void {
  source.catch(() => {
    derived.catch(ignore);
  });
}
