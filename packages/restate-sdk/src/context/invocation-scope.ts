/** What every operation of a context works on: one attempt's machine and delivery, and the handler's settings. */
import type { JournalValueCodec, Serde } from "@restatedev/restate-sdk-core";
import type { Request } from "../api/request.js";
import { codes } from "../errors/codes.js";
import { RestateError } from "../errors/restate-error.js";
import type { TerminalError } from "../errors/terminal-error.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Delivery } from "../futures/delivery.js";
import type { Future } from "../futures/future.js";
import { SingleFuture, type ResultDecoder } from "../futures/single.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { MessageName } from "../protocol/message-types.js";
import { createAsyncScope } from "../util/async-scope.js";

/** Wraps the execution of a run closure: `name` and the closure itself. */
export type RunInterceptor = (name: string, next: () => Promise<void>) => Promise<void>;

export interface ScopeOptions {
  readonly machine: InvocationMachine;
  readonly delivery: Delivery;
  readonly request: Request;
  /** Virtual objects and workflows have one. */
  readonly key: string | undefined;
  readonly console: Console;
  /** Reports what concerns the journal, not user code. */
  readonly journalLog: Console;
  readonly defaultSerde: Serde<unknown>;
  readonly codec: JournalValueCodec | undefined;
  readonly asTerminalError: ((error: unknown) => TerminalError | undefined) | undefined;
  readonly explicitCancellation: boolean;
  readonly now: () => number;
}

interface OpenRun {
  readonly scope: InvocationScope;
  readonly name: string;
  isOver: boolean;
}

/** The run closure that the current code belongs to, if any. */
const currentRun = createAsyncScope<OpenRun>();

export class InvocationScope {
  readonly machine: InvocationMachine;
  readonly delivery: Delivery;
  runInterceptor: RunInterceptor | undefined;

  constructor(readonly options: ScopeOptions) {
    this.machine = options.machine;
    this.delivery = options.delivery;
  }

  /**
   * Called first by every operation: refuses the use inside a run closure, whose code is skipped on replay, and notes
   * that user code is active.
   */
  enter(operation: string): void {
    this.refuseInsideRun(operation);
    this.delivery.touch();
  }

  refuseInsideRun(operation: string): void {
    const run = currentRun.current();
    if (run === undefined || run.isOver || run.scope !== this) return;
    const name = run.name === "" ? "ctx.run" : `ctx.run "${run.name}"`;
    throw new RestateError(
      `${operation} was used inside the action of ${name}. The action is skipped when the invocation is replayed, ` +
        "so nothing in it may use the context. Call it before or after ctx.run, and pass values in and out.",
      { errorCode: codes.INTERNAL },
    );
  }

  /** Calls a run closure so that {@link refuseInsideRun} recognises everything it does. */
  insideRun<TResult>(name: string, action: () => TResult): TResult {
    const run: OpenRun = { scope: this, name, isOver: false };
    const result = currentRun.run(run, action);
    if (isPromise(result)) {
      const close = () => {
        run.isOver = true;
      };
      result.then(close, close);
    } else run.isOver = true;
    return result;
  }

  // --- futures

  /** The future of a command's completion. Never settles when the attempt is over. */
  completion<T>(completionId: number | undefined, decoder: ResultDecoder<T>): Future<T> {
    if (completionId === undefined) return ConstantFuture.pending<T>();
    const future = this.single(completionId, decoder);
    this.delivery.addCompletion(completionId, future as SingleFuture<unknown>);
    return future;
  }

  single<T>(completionId: number, decoder: ResultDecoder<T>): SingleFuture<T> {
    return new SingleFuture(this.delivery, {
      leaf: { kind: "completion", id: completionId },
      decoder,
      command: this.machine.journal.lastCommand(),
    });
  }

  // --- failures

  /**
   * Prepares what a command carries. When that throws, the attempt fails in the name of the command that was about to
   * be issued, user code does not see it, and undefined is returned.
   */
  prepare<TValue>(command: MessageName, name: string, prepare: () => TValue): TValue | undefined {
    try {
      return prepare();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.options.journalLog.warn(`Preparing a command failed: ${error.message}`, error);
      this.machine.fail({
        code: codes.INTERNAL,
        message: error.message,
        stacktrace: error.stack ?? "",
        relatedCommand: { index: this.machine.journal.commandIndex + 1, type: command, name },
      });
      return undefined;
    }
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
