/** Futures of one notification: a completion of a command, or a signal. */
import { TerminalError } from "../errors/terminal-error.js";
import type { RelatedCommand } from "../machine/outcome.js";
import type { Failure, NotificationResult } from "../protocol/messages.js";
import type { AwaitLeaf } from "./await-tree.js";
import { Future, type FutureRuntime, type Settlement } from "./future.js";

/** Turns a successful result into the value that user code gets. */
export interface ResultDecoder<T> {
  /** Present when bytes pass through an asynchronous journal value codec first. */
  readonly decodeBytes?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
  toValue(result: NotificationResult): T;
}

/** A value could not be encoded or decoded: an error of the attempt, related to the command the value belongs to. */
export class CommandFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly command: RelatedCommand | undefined,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

export interface SingleOptions<T> {
  readonly leaf: AwaitLeaf;
  readonly decoder: ResultDecoder<T>;
  /** For error reports; signals have none. */
  readonly command?: RelatedCommand | undefined;
}

export class SingleFuture<T> extends Future<T> {
  private result: NotificationResult | undefined;
  private decoded: Settlement<T> | undefined;
  private decoding: Promise<void> | undefined;

  constructor(
    runtime: FutureRuntime,
    protected readonly options: SingleOptions<T>,
  ) {
    super(runtime);
  }

  /** Its notification has been delivered. */
  complete(result: NotificationResult, order: number): void {
    this.result = result;
    this.settle(result.kind === "failure" ? "rejected" : "fulfilled", order);
  }

  override settlement(): Settlement<T> {
    this.decoded ??= this.decode();
    return this.decoded;
  }

  override prepare(): Promise<unknown> | undefined {
    const { decodeBytes } = this.options.decoder;
    const { result } = this;
    if (decodeBytes === undefined || this.decoded !== undefined || result?.kind !== "value") {
      return undefined;
    }
    this.decoding ??= decodeBytes(result.value).then(
      (value) => {
        this.decoded ??= this.decodeValue({ kind: "value", value });
      },
      (cause: unknown) => {
        throw new CommandFailure(cause, this.options.command);
      },
    );
    return this.decoding;
  }

  override awaitTree(): AwaitLeaf {
    return this.options.leaf;
  }

  private decode(): Settlement<T> {
    const { result } = this;
    if (result === undefined) throw new Error("Not settled yet");
    if (result.kind === "failure") return { ok: false, reason: toTerminalError(result.failure) };
    return this.decodeValue(result);
  }

  private decodeValue(result: NotificationResult): Settlement<T> {
    this.result = undefined;
    try {
      return { ok: true, value: this.options.decoder.toValue(result) };
    } catch (cause) {
      throw new CommandFailure(cause, this.options.command);
    }
  }
}

/** The failure of a journaled operation, as the error that user code catches. */
export function toTerminalError(failure: Failure): TerminalError {
  const metadata: Record<string, string> = {};
  for (const { key, value } of failure.metadata) metadata[key] = value;
  return new TerminalError(failure.message, { errorCode: failure.code, metadata });
}
