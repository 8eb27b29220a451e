/** The result of another future passed through a function of the user's, which runs once, and only if it is asked for. */
import { inThisContext } from "../util/in-this-context.js";
import { RestateError } from "../errors/restate-error.js";
import { TerminalError } from "../errors/terminal-error.js";
import type { AwaitTree, KnownFeeders } from "./await-tree.js";
import { depthAbove, Future, type Mapper, type Watcher } from "./future.js";
import { afterHops } from "./hops.js";

export class MappedFuture<T, U> extends Future<U> implements Watcher {
  readonly #source: Future<T>;
  readonly #mapper: Mapper<T, U>;
  readonly runsMapper = true;
  #mapNow: (() => void) | undefined;

  constructor(source: Future<T>, mapper: Mapper<T, U>) {
    super(source.runtime, depthAbove([source]));
    this.#source = source;
    this.#mapper = mapper;
  }

  override take(): void {
    this.#source.take();
  }

  protected override connect(): void {
    if (this.#mapNow) return;
    this.#mapNow = inThisContext(() => {
      this.#applyMapper();
    });
    this.#source.watch({ watcher: this, index: 0 });
  }

  /** The mapper is user code: it must not run inside the delivery, but in a microtask that the delivery waits for. */
  childSettled(): void {
    this.#mapNow?.();
  }

  override awaitTree(known?: KnownFeeders): AwaitTree | undefined {
    const source = this.#source.outcome ? undefined : this.#source.awaitTree(known);
    return source && { kind: "mapped", source };
  }

  #applyMapper(): void {
    const { outcome } = this.#source;
    if (!outcome || this.runtime?.isOver) return;
    // Everything else, such as what `any` rejects with, passes by the mapper.
    if (!outcome.ok && !(outcome.reason instanceof RestateError)) {
      this.settle(outcome);
      return;
    }
    // As many microtasks as with a native `then` whose function returns a promise.
    try {
      const mapped = outcome.ok
        ? this.#mapper(outcome.value)
        : this.#mapper(undefined, outcome.reason as TerminalError);
      // A mapper may return a promise; the result is then what that promise settles to.
      const result = Promise.resolve(mapped);
      afterHops(1, () => {
        result.then(
          (value) => {
            this.settle({ ok: true, value });
          },
          (reason: unknown) => {
            this.#mapperThrew(reason);
          },
        );
      });
    } catch (error) {
      afterHops(2, () => {
        this.#mapperThrew(error);
      });
    }
  }

  #mapperThrew(reason: unknown): void {
    if (reason instanceof TerminalError || !this.runtime) {
      this.settle({ ok: false, reason });
    } else {
      this.runtime.abort(reason);
    }
  }
}
