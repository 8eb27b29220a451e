/**
 * What user code awaits: a promise whose settlement is decided by the journal alone.
 *
 * A future is a thenable, not a native promise: `await` calls `then`, and that is how we know what user code waits for.
 * A result that has been delivered counts from the moment at which somebody waits for it, see {@link Future.take}.
 */
import type { Duration } from "@restatedev/restate-sdk-core";
import type { RestatePromise } from "../api/promise.js";
import { RestateError } from "../errors/restate-error.js";
import type { TerminalError } from "../errors/terminal-error.js";
import type { AwaitTree, KnownFeeders } from "./await-tree.js";
import { Link, type Ring } from "../util/ring.js";
import { afterHops } from "./hops.js";

/** What a future settled to. */
export type Settlement<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: unknown };

/** A combinator or mapping that learns when one of its children settles. */
export interface Watcher {
  /**
   * Called at once; what it makes of that shows some microtasks later.
   *
   * @param isAlone see {@link Future.settle}
   */
  childSettled(index: number, isAlone: boolean): void;
  /** Whether it would go on waiting if its child settled so; if it would, the child is counted and tells nobody. */
  absorbs?(ok: boolean): boolean;
  /** Whether user code waits for it, directly or through further combinators. */
  readonly isAwaited: boolean;
  /** Whether user code, a mapper, may run when its child settles. */
  readonly runsMapper: boolean;
}

/** What futures need from the invocation they belong to. */
export interface FutureRuntime {
  readonly awaiting: Ring<Future<unknown>>;
  /** How many results have been delivered, or kept, that nobody waited for. */
  unawaited: number;
  /** Nothing may be shown to user code any more. */
  readonly isOver: boolean;
  /** User code is active: nothing may be delivered before it has come to rest again. */
  touch(): void;
  /** Acts at once, or, where a value is being decoded, in its turn. */
  whenDecoded(decoding: Promise<void> | undefined, action: () => void): void;
  startTimer(duration: Duration | number): Future<void>;
  /** Ends the attempt with an error that is to be retried. */
  abort(error: unknown): void;
}

export type Mapper<T, U> = (value?: T, failure?: TerminalError) => U;

/** A watcher, and which of its children it watches. */
export interface Watching {
  readonly watcher: Watcher;
  readonly index: number;
}

/** Recognises futures across copies of this package. */
export const FUTURE_BRAND = Symbol.for("@restatedev/restate-sdk/RestatePromise");

const noWatchers: Watching[] = [];

export abstract class Future<T> implements RestatePromise<T> {
  /** Undefined while it is pending. */
  outcome: Settlement<T> | undefined;
  #waiter: Waiter | undefined;
  #watchers = noWatchers;

  // Declared only: a field that is emitted as well is paid for at each start, and by each future.
  declare readonly runtime: FutureRuntime | undefined;
  declare readonly depth: number;

  /**
   * @param runtime undefined for constants, which belong to no invocation.
   * @param depth how many combinators and mappers lie between it and what the server delivers.
   */
  constructor(runtime: FutureRuntime | undefined, depth = 0) {
    this.runtime = runtime;
    this.depth = depth;
  }

  // On the prototype: a field with a computed name would make every future slow to create.
  get [FUTURE_BRAND](): boolean {
    return true;
  }

  get [Symbol.toStringTag](): string {
    return "RestatePromise";
  }

  // --- for subclasses to say

  /** What the server must deliver for it to settle; undefined when nothing can be named. */
  abstract awaitTree(known?: KnownFeeders): AwaitTree | undefined;

  /** Somebody waits for it: what has been delivered for it, or for what it is made of, counts now. */
  take(): void {}

  /** Whether there may be something to take. Nothing is delivered before user code has come to rest. */
  protected get mayTake(): boolean {
    return true;
  }

  /** Somebody will wait for it: it begins to watch what it is made of. */
  protected connect(): void {}

  // --- Promise

  then<TResult1 = T, TResult2 = never>(
    onFulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onRejected?: ((reason: unknown) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2> {
    const promise = this.#nativePromise();
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
    const promise = this.#nativePromise();
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
    return this.#watchers.some(({ watcher }) => watcher.isAwaited);
  }

  /** Whether a mapper that nobody waits for runs when it settles. */
  get feedsMapper(): boolean {
    return this.#watchers.some(({ watcher }) => !watcher.isAwaited && watcher.runsMapper);
  }

  watch(watching: Watching): void {
    this.connect();
    if (this.outcome) watching.watcher.childSettled(watching.index, false);
    else if (this.#watchers === noWatchers) this.#watchers = [watching];
    else this.#watchers.push(watching);
  }

  /** The newest watchers are dropped most often: a loop that races one long-lived future again and again. */
  unwatch(watcher: Watcher): void {
    for (let i = this.#watchers.length - 1; i >= 0; i--) {
      if (this.#watchers[i]?.watcher === watcher) {
        this.#watchers.splice(i, 1);
        return;
      }
    }
  }

  /** Rejects what user code waits on now; the future itself stays pending and can be awaited again. */
  cancelWaiter(reason: unknown): void {
    const waiter = this.#waiter;
    if (!waiter) return;
    this.#waiter = undefined;
    this.unwatch(waiter);
    waiter.unlink();
    waiter.reject(reason);
  }

  /** @param isAlone nothing else happens in this burst of user code, so nobody can tell how many microtasks it takes */
  protected settle(outcome: Settlement<T>, isAlone = false): void {
    const { runtime } = this;
    const watchers = this.#watchers;
    if (runtime?.isOver) return;
    this.outcome = outcome;
    if (watchers.length > 0) runtime?.touch();
    this.#waiter?.unlink();
    this.#watchers = noWatchers;
    for (const { watcher, index } of watchers) watcher.childSettled(index, isAlone);
  }

  /** Whether nobody but user code itself waits for it. */
  protected get hasOnlyWaiter(): boolean {
    return this.#watchers.length === 1 && this.#watchers[0] === this.#waiter;
  }

  /** Whether the only one who waits for it is a combinator that would not be decided by such a settlement. */
  protected isAbsorbed(ok: boolean): boolean {
    const [only, other] = this.#watchers;
    if (other || only?.watcher.absorbs?.(ok) !== true) return false;
    this.#watchers = noWatchers;
    return true;
  }

  #nativePromise(): Promise<T> {
    const { runtime } = this;
    runtime?.touch();
    if (!this.#waiter) {
      this.#waiter = new Waiter(this);
      this.watch(this.#waiter);
      if (!this.outcome) runtime?.awaiting.add(this.#waiter);
      if (this.mayTake) {
        afterHops(1, () => {
          this.take();
        });
      }
    }
    return this.#waiter.promise as Promise<T>;
  }
}

/** The native promise behind `then`. */
class Waiter extends Link<Future<unknown>> implements Watcher, Watching {
  #resolve!: (value: unknown) => void;
  #rejectNow!: (reason: unknown) => void;
  readonly promise = new Promise<unknown>((resolve, reject) => {
    this.#resolve = resolve;
    this.#rejectNow = reject;
  });

  declare readonly item: Future<unknown>;

  declare readonly index: number;
  declare readonly runsMapper: false;

  // Getters, because there is one for every await.
  get watcher(): this {
    return this;
  }

  get isAwaited(): boolean {
    return true;
  }

  childSettled(_index: number, isAlone: boolean): void {
    if (isAlone) this.#pass();
    else afterHops(1, () => this.#pass());
  }

  #pass(): void {
    const { outcome, runtime } = this.item;
    // What is awaited after the attempt's end stays pending.
    if (!outcome || runtime?.isOver === true) return;
    if (outcome.ok) this.#resolve(outcome.value);
    else this.reject(outcome.reason);
  }

  /** A future that nobody listens to any more must not count as an unhandled rejection. */
  reject(reason: unknown): void {
    this.promise.catch(ignore);
    this.#rejectNow(reason);
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

function ignore(): void {}

/** A detached `.then(f)` passes our rejection on; only what `f` itself throws is the user's to handle. */
function muteRejectionsOf(source: Promise<unknown>, derived: Promise<unknown>): void {
  source.catch(() => {
    derived.catch(ignore);
  });
}

/** The deepest nesting of awaited futures that a Restate server takes by default; V7 tells it the whole tree. */
const MAX_DEPTH = 1_000;

/**
 * The depth of a future made of others.
 *
 * @throws RestateError if that is too deep
 */
export function depthAbove(sources: readonly Future<unknown>[]): number {
  let depth = 1;
  for (const source of sources) if (!source.outcome) depth = Math.max(depth, source.depth + 1);
  if (depth <= MAX_DEPTH) return depth;
  throw new RestateError(
    `RestatePromises are nested more than ${MAX_DEPTH} deep, which Restate refuses. ` +
      "Combine them once, as an array.",
  );
}
