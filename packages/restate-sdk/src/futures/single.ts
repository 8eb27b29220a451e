/** Futures of one notification: a completion of a command, or a signal. */
import { TerminalError } from "../errors/terminal-error.js";
import type { RelatedCommand } from "../machine/outcome.js";
import type { Failure, NotificationResult } from "../protocol/messages.js";
import type { AwaitLeaf } from "./await-tree.js";
import { Future, type FutureRuntime, type Settlement } from "./future.js";
import { afterHops } from "./hops.js";

/** Turns a successful result into the value that user code gets. */
export interface ResultDecoder<T> {
  /** Present when bytes pass through an asynchronous journal value codec first. */
  readonly decodeBytes?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** How many microtasks values and failures take to settle the future; see hops.ts. Other results take none. */
  readonly hops: number;
  toValue(result: NotificationResult): T;
}

/** A value could not be encoded or decoded: an error of the attempt, related to the command the value belongs to. */
export class CommandFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly command: RelatedCommand | undefined,
  ) {
    super();
  }
}

export interface SingleOptions<T> {
  readonly leaf: AwaitLeaf;
  readonly decoder: ResultDecoder<T>;
  /** For error reports; signals have none. */
  readonly command?: RelatedCommand | undefined;
}

/** Where futures of a signal find what has come before they were awaited. */
export interface SignalSource {
  take(future: SingleFuture<unknown>): NotificationResult | undefined;
}

export interface SingleRuntime extends FutureRuntime {
  /** Makes the future get its notification. */
  register(future: SingleFuture<unknown>): SignalSource | undefined;
}

export class SingleFuture<T> extends Future<T> {
  /** What has been delivered; values only until they are decoded. */
  result: NotificationResult | undefined;
  /** Its result has been taken. */
  isCompleted = false;
  readonly #source: SignalSource | undefined;

  declare readonly runtime: SingleRuntime;
  declare readonly options: SingleOptions<T>;

  constructor(runtime: SingleRuntime, options: SingleOptions<T>) {
    super(runtime);
    this.options = options;
    this.#source = runtime.register(this);
  }

  /** Its notification has been delivered. */
  complete(result: NotificationResult): void {
    this.result = result;
    if (!this.isAwaited) this.runtime.unawaited++;
    else if (this.isAbsorbed(result.kind !== "failure")) this.#show(result, 0);
    else {
      this.runtime.touch();
      if (this.hasOnlyWaiter && !this.options.decoder.decodeBytes) this.#show(result, 0, true);
      else this.take();
    }
  }

  override take(): void {
    if (this.isCompleted) return;
    const result = this.result ?? this.#source?.take(this);
    if (!result) return;
    const isPlain = result.kind === "value" || result.kind === "failure";
    this.#show(result, isPlain ? this.options.decoder.hops : 0);
  }

  protected override get mayTake(): boolean {
    return this.result !== undefined || this.#source !== undefined;
  }

  override awaitTree(): AwaitLeaf | undefined {
    return this.isCompleted ? undefined : this.options.leaf;
  }

  #show(delivered: NotificationResult, hops: number, isAlone = false): void {
    const { decodeBytes } = this.options.decoder;
    let result = delivered;
    if (result.kind === "value") this.result = undefined;
    this.isCompleted = true;
    const decoding =
      decodeBytes && result.kind === "value"
        ? decodeBytes(result.value).then(
            (value) => {
              result = { kind: "value", value };
            },
            (cause: unknown) => this.#fail(cause),
          )
        : undefined;
    this.runtime.whenDecoded(decoding, () => {
      const outcome = this.#decode(result);
      afterHops(hops, () => {
        this.settle(outcome, isAlone);
      });
    });
  }

  #decode(result: NotificationResult): Settlement<T> {
    if (result.kind === "failure") return { ok: false, reason: toTerminalError(result.failure) };
    try {
      return { ok: true, value: this.options.decoder.toValue(result) };
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  #fail(cause: unknown): never {
    throw new CommandFailure(cause, this.options.command);
  }
}

/** The failure of a journaled operation, as the error that user code catches. */
export function toTerminalError(failure: Failure): TerminalError {
  const metadata: Record<string, string> = {};
  for (const { key, value } of failure.metadata) metadata[key] = value;
  return new TerminalError(failure.message, { errorCode: failure.code, metadata });
}
