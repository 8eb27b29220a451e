/** Futures one by one as they settle: what `RestatePromise.asCompleted` iterates over. The first is the one that a race would choose. */
import type { Completed } from "../api/promise.js";
import { combinatorTree, type AwaitTree, type KnownFeeders } from "./await-tree.js";
import { toSettledResult } from "./combinators.js";
import { afterHops } from "./hops.js";
import { Future, type FutureRuntime, type Watcher } from "./future.js";

type AnyFuture = Future<unknown>;
type Item = Completed<string | number, unknown>;

export class CompletionStream implements AsyncIterableIterator<Item>, Watcher {
  readonly #futures: readonly AnyFuture[];
  readonly #tags: readonly (string | number)[];
  readonly #runtime: FutureRuntime | undefined;
  readonly runsMapper = false;
  /** Settled and not yet given to a taker. */
  readonly #items: Item[] = [];
  readonly #takers: NextFuture[] = [];
  #unfinished: number;
  /** What {@link FutureRuntime.unawaited} was when it took all there was. */
  #seen = -1;

  constructor(
    futures: readonly AnyFuture[],
    tags: readonly (string | number)[],
    runtime: FutureRuntime | undefined,
  ) {
    this.#futures = futures;
    this.#tags = tags;
    this.#runtime = runtime;
    this.#unfinished = futures.length;
    futures.forEach((future, index) => {
      future.watch({ watcher: this, index });
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item>> {
    if (this.#unfinished === this.#takers.length) return this.#finished();
    const taker = new NextFuture(this, this.#runtime);
    this.#takers.push(taker);
    this.#give();
    return taker;
  }

  /** The loop was left: nothing is abandoned, but nobody watches any more. */
  return(): Promise<IteratorResult<Item>> {
    for (const future of this.#futures) future.unwatch(this);
    this.#unfinished = this.#takers.length;
    return this.#finished();
  }

  get isAwaited(): boolean {
    return this.#takers.some((taker) => taker.isAwaited);
  }

  childSettled(index: number): void {
    const outcome = this.#futures[index]?.outcome;
    if (!outcome) return;
    afterHops(1, () => {
      this.#items.push({ tag: this.#tags[index] ?? index, ...toSettledResult(outcome) });
      this.#give();
    });
  }

  take(): void {
    const unawaited = this.#runtime?.unawaited ?? 0;
    if (unawaited === this.#seen) return;
    this.#seen = unawaited;
    for (const future of this.#futures) if (!future.outcome) future.take();
  }

  awaitTree(known?: KnownFeeders): AwaitTree | undefined {
    return combinatorTree("firstCompleted", this.#futures, known);
  }

  /** Cancellation rejected this taker: what comes next belongs to the next one. */
  forget(taker: NextFuture): void {
    const index = this.#takers.indexOf(taker);
    if (index >= 0) this.#takers.splice(index, 1);
  }

  #give(): void {
    const taker = this.#items.length > 0 ? this.#takers.shift() : undefined;
    const item = taker && this.#items.shift();
    if (!item) return;
    this.#unfinished--;
    taker.give(item);
  }

  #finished(): Promise<IteratorResult<Item>> {
    return Promise.resolve({ done: true, value: undefined });
  }
}

/** The next item of the stream. */
class NextFuture extends Future<IteratorResult<Item>> {
  readonly #stream: CompletionStream;
  constructor(stream: CompletionStream, runtime: FutureRuntime | undefined) {
    super(runtime);
    this.#stream = stream;
  }

  give(value: Item): void {
    this.settle({ ok: true, value: { done: false, value } });
  }

  override take(): void {
    this.#stream.take();
  }

  override awaitTree(known?: KnownFeeders): AwaitTree | undefined {
    return this.#stream.awaitTree(known);
  }

  override cancelWaiter(reason: unknown): void {
    this.#stream.forget(this);
    super.cancelWaiter(reason);
  }
}
