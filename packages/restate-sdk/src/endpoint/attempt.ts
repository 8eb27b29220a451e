/** One attempt of an invocation: wires machine, delivery, context and handler to the transport. */
import type { JournalValueCodec } from "@restatedev/restate-sdk-core";
import { LoggerContext, LogSource, type LoggerTransport } from "../api/logger.js";
import type { Request } from "../api/request.js";
import { SuspendedError } from "../errors/internal-errors.js";
import { TerminalError } from "../errors/terminal-error.js";
import { HandlerContext } from "../context/handler-context.js";
import { InvocationScope } from "../context/invocation-scope.js";
import { seedFromInvocationId } from "../context/rand.js";
import { sleep } from "../context/sleep.js";
import { Delivery } from "../futures/delivery.js";
import { InvocationMachine } from "../machine/machine.js";
import type { Outcome } from "../machine/outcome.js";
import type { ProtocolVersion } from "../protocol/version.js";
import { whenAtRest } from "../util/rest.js";
import { createHooks, type HandlerInterceptor } from "./hooks.js";
import { createLogger } from "./logging/logger.js";
import { createRequest } from "./request.js";
import type { CatalogHandler } from "./service-catalog.js";
import { settleWithError } from "./settle.js";
import type { AttemptOutput, AttemptReceiver, EndpointRequest } from "./types.js";

export interface InvocationOptions {
  readonly version: ProtocolVersion;
  readonly handler: CatalogHandler;
  readonly request: EndpointRequest;
  readonly journalValueCodec: JournalValueCodec | Promise<JournalValueCodec> | undefined;
  readonly loggerTransport: LoggerTransport;
}

export class Attempt implements AttemptReceiver {
  private readonly machine: InvocationMachine;
  private delivery: Delivery | undefined;
  private hasStarted = false;
  private readonly completed = new CompletedSignal();
  private readonly onEnd: ((error: Error) => void)[] = [];

  constructor(
    private readonly options: InvocationOptions,
    private readonly output: AttemptOutput,
  ) {
    this.machine = new InvocationMachine({
      version: options.version,
      comparePayloads: options.journalValueCodec === undefined,
      onJournalMismatch: options.handler.options.onJournalMismatchErrors,
      onClosed: (outcome) => {
        this.finish(outcome);
      },
    });
  }

  // --- AttemptReceiver

  onData(chunk: Uint8Array): void {
    this.machine.feed(chunk);
    this.advance();
  }

  onInputEnd(): void {
    this.machine.closeInput();
    this.advance();
  }

  onDrain(): void {
    this.delivery?.resume();
  }

  onAbort(reason?: unknown): void {
    this.machine.abort(reason);
  }

  // --- start

  private advance(): void {
    if (this.hasStarted) this.delivery?.progress();
    else if (this.machine.isRunning) {
      this.hasStarted = true;
      this.start();
    }
  }

  private start(): void {
    const { journalValueCodec: codec } = this.options;
    Promise.resolve(codec).then(
      (ready) => {
        this.runHandler(ready);
      },
      (error: unknown) => {
        this.settle(error);
      },
    );
  }

  private runHandler(codec: JournalValueCodec | undefined): void {
    if (this.machine.isClosed) return;
    try {
      const scope = this.createScope(codec);
      const { machine, options } = this;
      const seed =
        machine.version >= 6 ? machine.start.randomSeed : seedFromInvocationId(machine.start.id);
      const context = new HandlerContext(scope, seed);
      scope.options.journalLog.info(
        machine.isReplaying ? "Replaying invocation." : "Starting invocation.",
      );
      const hooks = createHooks(options.handler.options.hooks, scope.options.request, () =>
        context.isProcessing(),
      );
      scope.runInterceptor = hooks.run;
      const invoke = () => this.invoke(scope, context);
      const result = hooks.handler === undefined ? invoke() : this.intercept(hooks.handler, invoke);
      result.then(
        (bytes) => {
          this.succeed(scope, bytes);
        },
        (error: unknown) => {
          this.settle(error, scope);
        },
      );
    } catch (error) {
      this.settle(error);
    }
  }

  /**
   * Unlike user promises, `next()` rejects when the attempt ends without the handler, so that interceptors can close
   * spans and the like. What they throw then has no effect.
   */
  private async intercept(
    interceptor: HandlerInterceptor,
    invoke: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    let result: Uint8Array | undefined;
    await interceptor(
      () =>
        new Promise<void>((resolve, reject) => {
          this.onEnd.push(reject);
          invoke().then((bytes) => {
            result = bytes;
            resolve();
          }, reject);
        }),
    );
    if (result !== undefined) return result;
    throw new Error(
      "A handler interceptor returned without a result: it must call next(), and rethrow what next() rejects with.",
    );
  }

  private createScope(codec: JournalValueCodec | undefined): InvocationScope {
    const { machine, options } = this;
    const { handler } = options;
    const request = createRequest({
      machine,
      request: options.request,
      serviceName: handler.serviceName,
      handlerName: handler.name,
      attemptCompletedSignal: () => this.completed.signal(),
    });
    const isKeyed = handler.kind !== "service";
    const delivery = new Delivery({
      machine,
      implicitCancellation: !handler.options.explicitCancellation,
      whenAtRest,
      flush: () => {
        this.flush();
      },
      abortAttempt: (error) => {
        this.settle(error, scope);
      },
      startTimer: (duration) => sleep(scope, duration),
    });
    const loggers = this.createLoggers(request, isKeyed);
    const scope = new InvocationScope({
      machine,
      delivery,
      request,
      key: isKeyed ? machine.start.key : undefined,
      ...loggers,
      defaultSerde: handler.options.defaultSerde,
      codec,
      asTerminalError: handler.options.asTerminalError,
      explicitCancellation: handler.options.explicitCancellation,
      now: Date.now,
    });
    this.delivery = delivery;
    return scope;
  }

  private createLoggers(
    request: Request,
    isKeyed: boolean,
  ): { console: Console; journalLog: Console } {
    const { handler, loggerTransport, request: endpointRequest } = this.options;
    const { machine } = this;
    const context = new LoggerContext(
      request.id,
      handler.serviceName,
      handler.name,
      isKeyed ? machine.start.key : undefined,
      request,
      endpointRequest.logContext,
    );
    return {
      console: createLogger(loggerTransport, LogSource.USER, context, () => machine.isReplaying),
      journalLog: createLogger(loggerTransport, LogSource.JOURNAL, context),
    };
  }

  /** Runs the handler; from its first line on, and not before, notifications may be delivered. */
  private async invoke(scope: InvocationScope, context: HandlerContext): Promise<Uint8Array> {
    const { codec } = scope.options;
    const { handler } = this.options;
    const { body } = scope.options.request;
    const input = codec === undefined ? body : await decodeInput(codec, body, handler);
    scope.delivery.begin();
    const output = await handler.invoke(context, input);
    return codec === undefined ? output : codec.encode(output);
  }

  // --- end

  private succeed(scope: InvocationScope, result: Uint8Array): void {
    if (this.machine.isClosed) return;
    this.machine.end({ kind: "value", value: result });
    scope.options.journalLog.info("Invocation completed successfully.");
    const dropped = scope.delivery.neverStartedRuns();
    if (dropped.length > 0) {
      scope.options.journalLog.warn(
        `The handler ended without awaiting ${dropped.join(", ")}: the action did not run. Await every ctx.run.`,
      );
    }
  }

  private settle(error: unknown, scope?: InvocationScope): void {
    const { handler, loggerTransport } = this.options;
    settleWithError(error, {
      machine: this.machine,
      asTerminalError: handler.options.asTerminalError,
      log: scope?.options.journalLog ?? createLogger(loggerTransport, LogSource.JOURNAL, undefined),
    });
  }

  /** The machine has closed: whatever user code still does has no effect, and its promises stay pending. */
  private finish(outcome: Outcome): void {
    this.delivery?.close();
    if (outcome.kind !== "aborted") {
      this.flush();
      this.output.end();
    }
    this.completed.abort();
    const listeners = this.onEnd.splice(0);
    if (listeners.length === 0) return;
    const error =
      outcome.kind === "failed" ? new Error(outcome.failure.message) : new SuspendedError();
    for (const listener of listeners) listener(error);
  }

  private flush(): void {
    const bytes = this.machine.takeOutput();
    if (bytes === undefined) return;
    if (!this.output.write(bytes)) this.delivery?.pause();
  }
}

async function decodeInput(
  codec: JournalValueCodec,
  body: Uint8Array,
  handler: CatalogHandler,
): Promise<Uint8Array> {
  try {
    return await codec.decode(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TerminalError(
      `The journal value codec cannot decode the input of ${handler.serviceName}/${handler.name}: ${reason}`,
      { errorCode: 400 },
    );
  }
}

/** `request.attemptCompletedSignal`, made when somebody asks for it. */
class CompletedSignal {
  private controller: AbortController | undefined;
  private isAborted = false;

  signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isAborted) this.controller.abort();
    }
    return this.controller.signal;
  }

  abort(): void {
    this.isAborted = true;
    this.controller?.abort();
  }
}
