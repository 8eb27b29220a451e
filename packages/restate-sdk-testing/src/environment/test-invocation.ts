/** An invocation in the hands of a test. */
import { serde, type Serde } from "@restatedev/restate-sdk-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { Failure, SignalId, ValueOrFailure } from "../codec.js";
import type { AttemptRecord } from "../runtime/attempt-end.js";
import type { Invocation, InvocationStatus } from "../runtime/invocation.js";
import type { ResumeOptions } from "../runtime/lifecycle.js";
import type { RestartRefusal } from "../runtime/restart.js";
import type { Runtime } from "../runtime/runtime.js";
import { exportInvocation } from "../replay/export-invocation.js";
import type { JournalExport } from "../replay/journal-format.js";
import { describeWaits } from "./describe-waits.js";
import { decodeValue, viewJournal, type EntryView } from "./journal-view.js";
import { renderTimeline } from "./timeline.js";
import { renderMermaid } from "./timeline-mermaid.js";
import { timelineRows } from "./timeline-rows.js";
import { renderSvg } from "./timeline-svg.js";

/** Resolves or rejects something that a handler awaits. */
export interface Completer {
  resolve(value?: unknown): void;
  reject(reason: string | TerminalError): void;
}

export type InvocationOutcome<TOutput = unknown> =
  | { readonly kind: "completed"; readonly value: TOutput }
  | { readonly kind: "failed"; readonly error: TerminalError };

export type TimelineFormat = "text" | "svg" | "mermaid";

export interface InvocationAccess {
  readonly runtime: Runtime;
  readonly invocation: Invocation;
  /** Decodes its output. */
  readonly output: Serde<unknown>;
  /** Races a result with what makes the test fail at once. */
  readonly orFail: <T>(result: Promise<T>) => Promise<T>;
}

export class TestInvocation<TOutput = unknown> {
  readonly id: string;
  /** `Service/handler`, or `Service/key/handler`. */
  readonly target: string;
  readonly #access: InvocationAccess;

  constructor(access: InvocationAccess) {
    this.#access = access;
    this.id = access.invocation.id;
    this.target = access.invocation.targetName;
  }

  get status(): InvocationStatus["kind"] {
    return this.#invocation.status.kind;
  }

  /** Every attempt so far, with how it ended. */
  get attempts(): readonly AttemptRecord[] {
    return this.#invocation.attempts;
  }

  /**
   * The handler's result. While it is awaited, an automatic clock moves on.
   *
   * @throws TerminalError if the invocation failed
   */
  async result(): Promise<TOutput> {
    const { runtime, orFail } = this.#access;
    return this.#read(await orFail(runtime.result(this.#invocation)));
  }

  /** How it ended, undefined as long as it has not; unlike {@link result} this waits for nothing. */
  get outcome(): InvocationOutcome<TOutput> | undefined {
    const { result } = this.#invocation;
    if (result === undefined) return undefined;
    return result.kind === "value"
      ? { kind: "completed", value: this.#read(result) }
      : { kind: "failed", error: toTerminalError(result.failure) };
  }

  /** The state of its key, as JSON; empty for services, which have none. */
  state(): Record<string, unknown> {
    const { keyed } = this.#invocation;
    if (keyed === undefined) return {};
    const state = this.#access.runtime.world.state.of(keyed);
    return Object.fromEntries([...state].map(([name, value]) => [name, decodeValue(value)]));
  }

  /** The journal, oldest entry first. */
  journal(): readonly EntryView[] {
    return viewJournal(this.#invocation.journal);
  }

  /** The journal as JSON that can be stored, for `replayJournals` with the code of another day. */
  exportJournal(): JournalExport {
    return exportInvocation(this.#invocation, this.#access.runtime.clock.now());
  }

  /** What it waits for, in words; empty once it has completed. */
  waitsFor(): readonly string[] {
    return describeWaits(this.#access.runtime.world, this.#invocation);
  }

  /**
   * Attempts and journal: as text, as an SVG drawing for the browser, or as a Mermaid sequence diagram for Markdown.
   *
   * @example
   * ```ts
   * writeFileSync("timeline.svg", invocation.timeline({ format: "svg" }));
   * ```
   */
  timeline({ format = "text" }: { readonly format?: TimelineFormat } = {}): string {
    const { world } = this.#access.runtime;
    switch (format) {
      case "text":
        return renderTimeline(world, this.#invocation);
      case "svg":
        return renderSvg(timelineRows(world, this.#invocation));
      case "mermaid":
        return renderMermaid(timelineRows(world, this.#invocation));
    }
  }

  /** Asks the handler to stop: what it awaits rejects with a CancelledError. */
  cancel(): void {
    this.#access.runtime.lifecycle.cancel(this.#invocation);
  }

  /** Ends it, and what it called, without asking. */
  kill(): void {
    this.#access.runtime.lifecycle.kill(this.#invocation);
  }

  /** Pauses it, as soon as its current attempt waits for something. */
  pause(): void {
    this.#access.runtime.lifecycle.pause(this.#invocation);
  }

  /** Goes on with it if it is paused or suspended; retries it at once if it is backing off. */
  resume(options?: ResumeOptions): void {
    this.#access.runtime.lifecycle.resume(this.#invocation, options);
  }

  /**
   * Starts it again as a new invocation, once it has completed, as an operator does. From an entry other than the first, the
   * new one has the journal up to that entry, with the results of the commands in it: what they did is not done again. State
   * is what it is by now. Random values go on with the journal, as on servers that store their seeds; servers up to 1.7 do so
   * only with the feature "unique random seeds".
   *
   * @param entry an entry of the journal, or its index. Default: the input, hence from the beginning
   * @throws Error if it cannot be restarted, or not from there
   */
  restartFrom(entry: EntryView | number = 0): TestInvocation<TOutput> {
    const from = typeof entry === "number" ? entry : entry.index;
    const submission = this.#access.runtime.restartAsNew(this.#invocation, from);
    if (typeof submission !== "string") {
      return new TestInvocation({ ...this.#access, invocation: submission.invocation });
    }
    throw new Error(
      `${this.target} (${this.id}) cannot be restarted from entry ${from}: ${WHY_NOT[submission]}`,
    );
  }

  /** The signal of that name, as another invocation would send it. */
  signal(name: string, valueSerde: Serde<unknown> = JSON_SERDE): Completer {
    return this.#completer({ kind: "name", name }, valueSerde);
  }

  #completer(signal: SignalId, valueSerde: Serde<unknown>): Completer {
    const { commands } = this.#access.runtime;
    const id =
      signal.kind === "name"
        ? ({ kind: "namedSignal", name: signal.name } as const)
        : ({ kind: "signal", idx: signal.idx } as const);
    const send = (result: ValueOrFailure) => {
      commands.signal(this.#invocation, { id, result }, "test");
    };
    return completer(send, valueSerde);
  }

  #read(result: ValueOrFailure): TOutput {
    if (result.kind === "failure") throw toTerminalError(result.failure);
    // The handler's type says what its output is.
    return this.#access.output.deserialize(result.value) as TOutput;
  }

  get #invocation(): Invocation {
    return this.#access.invocation;
  }
}

const WHY_NOT: Readonly<Record<RestartRefusal, string>> = {
  "still running": "it has not completed; await its result, or kill it",
  "a workflow": "the server does not restart workflows",
  "old protocol": "that needs protocol 6 or newer",
  "out of range": "its journal has no such entry",
  "incomplete commands": "up to there, the journal has commands whose results it lacks",
};

export function completer(
  complete: (result: ValueOrFailure) => void,
  valueSerde: Serde<unknown>,
): Completer {
  return {
    resolve(value) {
      complete({ kind: "value", value: valueSerde.serialize(value) });
    },
    reject(reason) {
      complete({ kind: "failure", failure: toFailure(reason) });
    },
  };
}

export const JSON_SERDE = serde.json as Serde<unknown>;

/** What an error is for whoever awaits it. Errors that are no TerminalError have the code 500. */
export function toFailure(reason: string | Error): Failure {
  if (typeof reason === "string") return { code: 500, message: reason, metadata: [] };
  const { message } = reason;
  if (!(reason instanceof TerminalError)) return { code: 500, message, metadata: [] };
  const metadata = Object.entries(reason.metadata ?? {}).map(([key, value]) => ({ key, value }));
  return { code: reason.code, message, metadata };
}

export function toTerminalError({ code, message, metadata }: Failure): TerminalError {
  const fields = Object.fromEntries(metadata.map(({ key, value }) => [key, value]));
  return new TerminalError(message, {
    errorCode: code,
    ...(metadata.length > 0 && { metadata: fields }),
  });
}
