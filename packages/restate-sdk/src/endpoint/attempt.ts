/** One attempt of an invocation: wires machine, delivery, context and handler to the transport. */
import type { JournalValueCodec } from "@restatedev/restate-sdk-core";
import { LoggerContext, LogSource, type LoggerTransport } from "../api/logger.js";
import type { Request } from "../api/request.js";
import { HandlerContext } from "../context/handler-context.js";
import { InvocationScope } from "../context/invocation-scope.js";
import { seedFromInvocationId } from "../context/rand.js";
import { sleep } from "../context/sleep.js";
import { encodeBytes } from "../context/values.js";
import * as codes from "../errors/codes.js";
import { TerminalError } from "../errors/terminal-error.js";
import { toError } from "../errors/to-error.js";
import { Delivery } from "../futures/delivery.js";
import { InvocationMachine } from "../machine/machine.js";
import type { Outcome } from "../machine/outcome.js";
import { supportsFeature, type ProtocolVersion } from "../protocol/version.js";
import { whenAtRest } from "../util/rest.js";
import { createHooks, type HandlerInterceptor } from "./hooks.js";
import { logContextOf } from "./logging/log-context.js";
import { createLogger } from "./logging/logger.js";
import { createRequest } from "./request.js";
import type { CatalogHandler } from "./service-catalog.js";
import { endAsError, reportEnd, settleWithError } from "./settle.js";
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
  private scope: InvocationScope | undefined;
  private hasStarted = false;
  private isDraining = false;
  private readonly completed = new CompletedSignal();
  private rejectNext: ((error: Error) => void) | undefined;

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
    if (this.isDraining && this.hasStarted) return;
    this.machine.feed(chunk);
    this.advance();
  }

  onInputEnd(): void {
    this.machine.closeInput();
    this.advance();
  }

  /** As if the server had closed the request; what it still sends belongs to the next attempt. */
  onShutdown(): void {
    this.isDraining = true;
    if (this.hasStarted) this.onInputEnd();
  }

  onDrain(): void {
    this.scope?.delivery.resume();
  }

  onAbort(reason?: unknown): void {
    this.machine.abort(reason);
  }

  // --- start

  private advance(): void {
    if (this.hasStarted) this.scope?.delivery.progress();
    else if (this.machine.isRunning) {
      this.hasStarted = true;
      if (this.isDraining) this.machine.closeInput();
      this.start();
    }
  }

  private start(): void {
    Promise.resolve(this.options.journalValueCodec)
      .then((codec) => this.runHandler(codec))
      .catch((error: unknown) => {
        this.settle(error);
      });
  }

  private async runHandler(codec: JournalValueCodec | undefined): Promise<void> {
    const { machine, options } = this;
    if (machine.isClosed) return;
    const scope = this.createScope(codec);
    this.scope = scope;
    scope.options.journalLog.info(
      machine.isReplaying ? "Replaying invocation." : "Starting invocation.",
    );
    const hasSeed = supportsFeature(machine.version, "randomSeed");
    const seed = hasSeed ? machine.start.randomSeed : seedFromInvocationId(machine.start.id);
    const context = new HandlerContext(scope, seed);
    const hooks = createHooks(options.handler.options.hooks, scope.options.request, () =>
      context.isProcessing(),
    );
    scope.runInterceptor = hooks.run;
    const invoke = () => this.invoke(scope, context);
    const result = hooks.handler === undefined ? invoke() : this.intercept(hooks.handler, invoke);
    this.succeed(scope, await result);
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
    let handled: Promise<void> | undefined;
    const handle = () =>
      new Promise<void>((resolve, reject) => {
        const { outcome } = this.machine;
        if (outcome !== undefined) {
          reject(endAsError(outcome));
          return;
        }
        this.rejectNext = reject;
        invoke().then((bytes) => {
          result = bytes;
          resolve();
        }, reject);
      });
    await interceptor(() => {
      handled ??= handle();
      // An interceptor that does not await it must not bring the process down.
      handled.catch(() => undefined);
      return handled;
    });
    if (result !== undefined) return result;
    throw new Error(
      "A handler interceptor returned without a result: it must call next(), await it, and rethrow what it rejects with.",
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
    const delivery: Delivery = new Delivery({
      machine,
      implicitCancellation: !handler.options.explicitCancellation,
      whenAtRest,
      flush: () => {
        this.flush();
      },
      abortAttempt: (error) => {
        this.settle(error);
      },
      startTimer: (duration) => sleep(scope, duration),
    });
    const key = handler.kind === "service" ? undefined : machine.start.key;
    const scope: InvocationScope = new InvocationScope({
      machine,
      delivery,
      request,
      key,
      ...this.createLoggers(request, key),
      defaultSerde: handler.options.defaultSerde,
      codec,
      asTerminalError: handler.options.asTerminalError,
      explicitCancellation: handler.options.explicitCancellation,
      now: Date.now,
    });
    return scope;
  }

  private createLoggers(
    request: Request,
    key: string | undefined,
  ): { console: Console; journalLog: Console } {
    const { handler, loggerTransport, request: endpointRequest } = this.options;
    const { machine } = this;
    const context = new LoggerContext(
      request.id,
      handler.serviceName,
      handler.name,
      key,
      request,
      endpointRequest.logContext,
    );
    const isSilent = () => !machine.isRunning || machine.isReplaying;
    return {
      console: createLogger(loggerTransport, LogSource.USER, context, isSilent),
      journalLog: createLogger(loggerTransport, LogSource.JOURNAL, context),
    };
  }

  /** Runs the handler; from its first line on, and not before, notifications may be delivered. */
  private async invoke(scope: InvocationScope, context: HandlerContext): Promise<Uint8Array> {
    const { codec, request } = scope.options;
    const { handler } = this.options;
    const input =
      codec === undefined ? request.body : await decodeInput(codec, request.body, handler);
    if (this.machine.isClosed) return new Promise(() => undefined);
    scope.delivery.begin();
    return encodeBytes(scope, await handler.invoke(context, input));
  }

  // --- end

  private succeed(scope: InvocationScope, result: Uint8Array): void {
    if (this.machine.isClosed) return;
    this.machine.end({ kind: "value", value: result });
    if (this.machine.outcome?.kind !== "completed") return;
    const { journalLog } = scope.options;
    journalLog.info("Invocation completed successfully.");
    const dropped = scope.delivery.neverStartedRuns();
    if (dropped.length === 0) return;
    journalLog.warn(
      `The handler ended without awaiting ${dropped.join(", ")}: the action did not run. Await every ctx.run.`,
    );
  }

  private settle(error: unknown): void {
    const { machine, log } = this;
    const { asTerminalError } = this.options.handler.options;
    try {
      settleWithError(error, { machine, asTerminalError, log });
    } catch (unexpected) {
      const cause = toError(unexpected);
      const { message, stack: stacktrace = "" } = cause;
      machine.fail({ code: codes.INTERNAL, message, stacktrace, cause });
    }
  }

  /** The machine has closed: whatever user code still does has no effect, and its promises stay pending. */
  private finish(outcome: Outcome): void {
    reportEnd(outcome, this.log);
    this.scope?.delivery.close();
    if (outcome.kind !== "aborted") {
      this.flush();
      this.output.end();
    }
    this.completed.abort();
    this.rejectNext?.(endAsError(outcome));
  }

  private flush(): void {
    const bytes = this.machine.takeOutput();
    if (bytes === undefined) return;
    if (!this.output.write(bytes)) this.scope?.delivery.pause();
  }

  private get log(): Console {
    if (this.scope !== undefined) return this.scope.options.journalLog;
    const { handler, loggerTransport, request } = this.options;
    const target = { service: handler.serviceName, handler: handler.name };
    return createLogger(loggerTransport, LogSource.JOURNAL, logContextOf(request, target));
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
    throw new TerminalError(
      `The journal value codec cannot decode the input of ${handler.serviceName}/${handler.name}: ${toError(cause).message}`,
      { errorCode: codes.BAD_REQUEST },
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
