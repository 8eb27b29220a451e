/** What every operation of a context works on: one attempt's machine and delivery, and the handler's settings. */
import type { JournalValueCodec, Serde } from "@restatedev/restate-sdk-core";
import type { AttemptHost, MisuseKind } from "../api/attempt-host.js";
import type { Interceptor } from "../api/hooks.js";
import { LogSource } from "../api/logger.js";
import type { Request } from "../api/request.js";
import { RestateError } from "../errors/restate-error.js";
import type { TerminalError } from "../errors/terminal-error.js";
import { toError } from "../errors/to-error.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Delivery } from "../futures/delivery.js";
import type { Future } from "../futures/future.js";
import { runLabel } from "../futures/run-future.js";
import { SingleFuture, type ResultDecoder, type SingleOptions } from "../futures/single.js";
import type { InvocationMachine } from "../machine/machine.js";
import { failureOf } from "../machine/outcome.js";
import type { CommandName } from "../protocol/message-types.js";
import { createAsyncScope } from "../util/async-scope.js";
import { requireText } from "../util/require-text.js";
import { isThenable } from "../util/thenable.js";

/** Wraps the execution of a run closure: `name` and the closure itself. */
export type RunInterceptor = NonNullable<Interceptor["run"]>;

/** What the service and the handler say about themselves. */
export interface HandlerSettings {
  readonly defaultSerde: Serde<unknown>;
  /** Of values with the default serde: most of all attempts share it. Made by the first that needs it. */
  defaultDecoder?: ResultDecoder<unknown>;
  readonly asTerminalError: ((error: unknown) => TerminalError | undefined) | undefined;
  readonly explicitCancellation: boolean;
}

export interface Loggers {
  /** Makes a logger; most attempts need only the one or the other. */
  createLog(source: LogSource, scope: InvocationScope): Console;
}

export interface ScopeOptions {
  readonly machine: InvocationMachine;
  readonly delivery: Delivery;
  readonly request: Request;
  /** Virtual objects and workflows have one. */
  readonly key: string | undefined;
  readonly loggers: Loggers;
  readonly settings: HandlerSettings;
  readonly codec: JournalValueCodec | undefined;
  readonly now: () => number;
  readonly host: AttemptHost | undefined;
}

interface OpenRun {
  /**
   * Undefined once the run is over: what it leaves behind, such as a pooled connection, keeps this object alive, but
   * must not keep the invocation.
   */
  scope: InvocationScope | undefined;
  readonly name: string;
}

/** The run closure that the current code belongs to, if any. */
const currentRun = createAsyncScope<OpenRun>();

export class InvocationScope {
  // Declared only, since every field that is emitted is paid for at each start.
  declare readonly machine: InvocationMachine;
  declare readonly delivery: Delivery;
  declare readonly request: Request;
  declare readonly key: string | undefined;
  declare readonly loggers: Loggers;
  declare readonly settings: HandlerSettings;
  declare readonly codec: JournalValueCodec | undefined;
  declare readonly now: () => number;
  declare readonly host: AttemptHost | undefined;
  runInterceptor: RunInterceptor | undefined;
  #journalLog: Console | undefined;
  #hasWarnedOfUse = false;

  constructor(options: ScopeOptions) {
    this.machine = options.machine;
    this.delivery = options.delivery;
    this.request = options.request;
    this.key = options.key;
    this.loggers = options.loggers;
    this.settings = options.settings;
    this.codec = options.codec;
    this.now = options.now;
    this.host = options.host;
  }

  /** Reports what concerns the journal, not user code. */
  get journalLog(): Console {
    return (this.#journalLog ??= this.loggers.createLog(LogSource.JOURNAL, this));
  }

  /**
   * Called first by every operation: refuses the use inside a run closure, whose code is skipped on replay, and notes
   * that user code is active. With a `noun`, also refuses a `text`, which the operation goes by, that is none.
   */
  enter(operation: string, noun?: string, text?: unknown): void {
    this.refuseInsideRun(operation);
    if (this.machine.isClosed) this.#warnOfUseAfterEnd(operation);
    else if (this.delivery.touch()) this.reportMisuse("foreign await", operation);
    if (noun) requireText(operation, noun, text);
  }

  refuseInsideRun(operation: string): void {
    // The store is not asked without need: on Node 22 that takes as long as much of what follows.
    const run = this.delivery.isExecuting ? currentRun.getStore() : undefined;
    if (run?.scope !== this) return;
    const message =
      `${operation} was used inside the action of ${runLabel(run.name)}, which a replay skips. ` +
      "Call it before or after ctx.run, and pass values in and out.";
    this.reportMisuse("context in run", message);
    throw new RestateError(message);
  }

  /**
   * Calls a run closure so that {@link refuseInsideRun} recognises everything it does. A thenable becomes a promise in
   * here: query builders and the like do their work when `then` is called, so that must happen once, and inside.
   */
  insideRun<TResult>(
    name: string,
    action: () => TResult | PromiseLike<TResult>,
  ): TResult | Promise<TResult> {
    const run: OpenRun = { scope: this, name };
    let result: TResult | Promise<TResult> | undefined;
    try {
      result = currentRun.run(run, () => asPromise(action()));
      return result;
    } finally {
      if (result instanceof Promise) {
        const close = () => {
          run.scope = undefined;
        };
        result.then(close, close);
      } else run.scope = undefined;
    }
  }

  /** After any other end the code that goes on is abandoned anyway, and does nothing wrong. */
  #warnOfUseAfterEnd(operation: string): void {
    if (this.#hasWarnedOfUse || this.machine.outcome?.kind !== "completed") return;
    this.#hasWarnedOfUse = true;
    const message =
      `${operation} was used after the handler had ended, and has no effect. ` +
      "Await everything that uses the context before the handler returns.";
    this.reportMisuse("context after end", message);
    // Its stack leads to the place.
    this.journalLog.warn(new Error(message));
  }

  reportMisuse(kind: MisuseKind, message: string): void {
    this.host?.onMisuse?.(kind, message);
  }

  // --- futures

  /** The future of a command's completion. Never settles when the attempt is over. */
  completion<T>(completionId: number | undefined, decoder: ResultDecoder<T>): Future<T> {
    return completionId === undefined
      ? new ConstantFuture<T>()
      : this.single(completionId, decoder);
  }

  single<T>(completionId: number, decoder: ResultDecoder<T>): SingleFuture<T> {
    return new SingleFuture(this.delivery, this.optionsOf(completionId, decoder));
  }

  /** For the future of a completion of the command that was issued last. */
  optionsOf<T>(completionId: number, decoder: ResultDecoder<T>): SingleOptions<T> {
    return {
      leaf: { kind: "completion", id: completionId },
      decoder,
      command: this.machine.journal.lastCommand,
    };
  }

  // --- failures

  /**
   * Prepares what a command carries. When that throws, the attempt fails in the name of the command that was about to
   * be issued, user code does not see it, and undefined is returned.
   */
  prepare<TValue>(command: CommandName, name: string, prepare: () => TValue): TValue | undefined {
    try {
      return prepare();
    } catch (thrown) {
      const cause = toError(thrown);
      const relatedCommand = this.machine.journal.nextCommand(command, name);
      this.machine.fail({ ...failureOf(cause), relatedCommand });
      return undefined;
    }
  }
}

function asPromise<TResult>(returned: TResult | PromiseLike<TResult>): TResult | Promise<TResult> {
  return isThenable(returned) ? Promise.resolve(returned) : returned;
}
