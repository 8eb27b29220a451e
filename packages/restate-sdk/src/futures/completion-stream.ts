/** Settled futures one by one, in journal order: what `RestatePromise.asCompleted` iterates over. */
import type { Completed } from "../api/promise.js";
import type { TerminalError } from "../errors/terminal-error.js";
import type { AwaitTree } from "./await-tree.js";
import { Future, type FutureRuntime, type Settlement, type Watcher } from "./future.js";

type AnyFuture = Future<unknown>;
type Item = Completed<string | number, unknown>;

export class CompletionStream implements AsyncIterableIterator<Item>, Watcher {
  /** Settled and not yet taken, by index. */
  private readonly settled: number[] = [];
  private readonly takers: NextFuture[] = [];
  private unfinished: number;
  readonly isLazy: boolean;

  constructor(
    private readonly futures: readonly AnyFuture[],
    private readonly tags: readonly (string | number)[],
    private readonly runtime: FutureRuntime | undefined,
  ) {
    this.unfinished = futures.length;
    this.isLazy = futures.some((future) => future.isLazy);
    futures.forEach((future, index) => {
      if (future.state !== "pending") this.settled.push(index);
      else future.watch(this, index);
    });
    this.settled.sort((a, b) => this.orderOf(a) - this.orderOf(b) || a - b);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item>> {
    if (this.unfinished === this.takers.length) {
      return Promise.resolve({ done: true, value: undefined });
    }
    const taker = new NextFuture(this, this.runtime);
    const index = this.settled.shift();
    if (index === undefined) this.takers.push(taker);
    else this.give(index, taker);
    return taker;
  }

  /** The loop was left: nothing is abandoned, but nobody watches any more. */
  return(): Promise<IteratorResult<Item>> {
    for (const future of this.futures) if (future.state === "pending") future.unwatch(this);
    this.unfinished = this.takers.length;
    return Promise.resolve({ done: true, value: undefined });
  }

  get isAwaited(): boolean {
    return this.takers.some((taker) => taker.isAwaited);
  }

  childSettled(index: number): void {
    const taker = this.takers.shift();
    if (taker === undefined) this.settled.push(index);
    else this.give(index, taker);
  }

  item(index: number): Settlement<IteratorResult<Item>> {
    const future = this.mustHave(index);
    const tag = this.tags[index] ?? index;
    const settlement = future.settlement();
    const value: Item = settlement.ok
      ? { tag, status: "fulfilled", value: settlement.value }
      : { tag, status: "rejected", reason: settlement.reason as TerminalError };
    return { ok: true, value: { done: false, value } };
  }

  prepare(index: number): Promise<unknown> | undefined {
    return this.mustHave(index).prepare();
  }

  awaitTree(): AwaitTree | undefined {
    const children: AwaitTree[] = [];
    for (const future of this.futures) {
      const tree = future.state === "pending" ? future.awaitTree() : undefined;
      if (tree !== undefined) children.push(tree);
    }
    if (children.length === 0) return undefined;
    return { kind: "combinator", combinator: "firstCompleted", children };
  }

  demand(): void {
    for (const future of this.futures) if (future.state === "pending") future.demand();
  }

  /** Cancellation rejected this taker: what comes next belongs to the next one. */
  forget(taker: NextFuture): void {
    const index = this.takers.indexOf(taker);
    if (index >= 0) this.takers.splice(index, 1);
  }

  private give(index: number, taker: NextFuture): void {
    this.unfinished--;
    taker.give(index, this.orderOf(index));
  }

  private orderOf(index: number): number {
    return this.mustHave(index).order;
  }

  private mustHave(index: number): AnyFuture {
    const future = this.futures[index];
    if (future === undefined) throw new RangeError(`No promise at ${String(index)}`);
    return future;
  }
}

/** The next item of the stream. */
class NextFuture extends Future<IteratorResult<Item>> {
  private index = -1;

  constructor(
    private readonly stream: CompletionStream,
    runtime: FutureRuntime | undefined,
  ) {
    super(runtime);
  }

  give(index: number, order: number): void {
    this.index = index;
    this.settle("fulfilled", order);
  }

  override settlement(): Settlement<IteratorResult<Item>> {
    return this.stream.item(this.index);
  }

  override prepare(): Promise<unknown> | undefined {
    return this.stream.prepare(this.index);
  }

  override awaitTree(): AwaitTree | undefined {
    return this.stream.awaitTree();
  }

  override get isLazy(): boolean {
    return this.stream.isLazy;
  }

  override demand(): void {
    if (this.state === "pending" && this.isLazy) this.stream.demand();
  }

  override cancelWaiter(reason: unknown): void {
    this.stream.forget(this);
    super.cancelWaiter(reason);
  }
}
