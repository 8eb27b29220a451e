/** One attempt of an invocation: wires machine, delivery, context and handler to the transport. */
import type { JournalValueCodec } from "@restatedev/restate-sdk-core";
import { LoggerContext, LogSource, type LoggerTransport } from "../api/logger.js";
import { HandlerContext } from "../context/handler-context.js";
import { InvocationScope } from "../context/invocation-scope.js";
import { seedFromInvocationId } from "../context/rand.js";
import { sleep } from "../context/sleep.js";
import { encodeValue } from "../context/values.js";
import { RetryableError } from "../errors/retry-errors.js";
import { toError } from "../errors/to-error.js";
import { Delivery } from "../futures/delivery.js";
import { InvocationMachine } from "../machine/machine.js";
import { failureOf, type Outcome } from "../machine/outcome.js";
import { supportsFeature, type ProtocolVersion } from "../protocol/version.js";
import { whenAtRest } from "../util/rest.js";
import { createHooks, type HandlerInterceptor } from "./hooks.js";
import { logContextOf } from "./logging/log-context.js";
import { createLogger } from "./logging/logger.js";
import { AttemptRequest } from "./request.js";
import { unreadable, type CatalogHandler } from "./service-catalog.js";
import { endAsError, reportEnd, settleWithError } from "./settle.js";
import type { AttemptOutput, AttemptReceiver, EndpointRequest } from "./types.js";

export interface InvocationOptions {
  readonly version: ProtocolVersion;
  readonly handler: CatalogHandler;
  readonly request: EndpointRequest;
  readonly endpoint: {
    readonly codec: JournalValueCodec | Promise<JournalValueCodec> | undefined;
    readonly logger: LoggerTransport;
  };
}

export class Attempt implements AttemptReceiver {
  readonly #options: InvocationOptions;
  readonly #output: AttemptOutput;
  readonly #machine: InvocationMachine;
  #scope: InvocationScope | undefined;
  #hasStarted = false;
  #isDraining = false;
  #completed: AbortController | undefined;
  #rejectNext: ((error: Error) => void) | undefined;

  constructor(options: InvocationOptions, output: AttemptOutput) {
    this.#options = options;
    this.#output = output;
    this.#machine = new InvocationMachine({
      version: options.version,
      comparePayloads: !options.endpoint.codec,
      onJournalMismatch: options.handler.options.onJournalMismatchErrors,
      onClosed: (outcome) => this.#finish(outcome),
    });
  }

  /** Reports what concerns the journal, also before the scope exists. */
  get #log(): Console {
    const { endpoint, handler, request } = this.#options;
    return (
      this.#scope?.journalLog ??
      createLogger(
        endpoint.logger,
        LogSource.JOURNAL,
        logContextOf(request, handler.serviceName, handler.name),
      )
    );
  }

  // --- AttemptReceiver

  onData(chunk: Uint8Array): void {
    if (this.#isDraining && this.#hasStarted) return;
    this.#machine.feed(chunk);
    this.#advance();
  }

  onInputEnd(): void {
    this.#machine.closeInput();
    this.#advance();
  }

  /** As if the server had closed the request; what it still sends belongs to the next attempt. */
  onShutdown(): void {
    this.#isDraining = true;
    if (this.#hasStarted) this.onInputEnd();
  }

  onDrain(): void {
    this.#scope?.delivery.resume();
  }

  onAbort(reason?: unknown): void {
    this.#machine.abort(reason);
  }

  // --- start

  #advance(): void {
    if (this.#hasStarted) this.#scope?.delivery.progress();
    else if (this.#machine.isRunning) {
      this.#hasStarted = true;
      if (this.#isDraining) this.#machine.closeInput();
      this.#runHandler().catch((error: unknown) => this.#settle(error));
    }
  }

  async #runHandler(): Promise<void> {
    const machine = this.#machine;
    const codec = await this.#options.endpoint.codec;
    if (machine.isClosed) return;
    const scope = this.#createScope(codec);
    this.#scope = scope;
    this.#log.info(machine.isReplaying ? "Replaying invocation." : "Starting invocation.");
    const context = new HandlerContext(scope, () => seedOf(machine));
    const hooks = createHooks(this.#options.handler.options.hooks, scope.options.request, () =>
      context.isProcessing(),
    );
    scope.runInterceptor = hooks.run;
    const invoke = () => this.#invoke(scope, context);
    this.#succeed(scope, await (hooks.handler ? this.#intercept(hooks.handler, invoke) : invoke()));
  }

  /**
   * Unlike user promises, `next()` rejects when the attempt ends without the handler, so that interceptors can close
   * spans and the like. What they throw then has no effect.
   */
  async #intercept(
    interceptor: HandlerInterceptor,
    invoke: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    let result: Uint8Array | undefined;
    let handled: Promise<void> | undefined;
    await interceptor(() => {
      handled ??= new Promise((resolve, reject) => {
        const { outcome } = this.#machine;
        this.#rejectNext = reject;
        if (outcome) reject(endAsError(outcome));
        else {
          invoke().then((bytes) => {
            result = bytes;
            resolve();
          }, reject);
        }
      });
      // An interceptor that does not await it must not bring the process down.
      handled.catch(() => undefined);
      return handled;
    });
    if (result) return result;
    throw new Error(
      "A handler interceptor returned without a result: it must await next() and rethrow what that rejects with.",
    );
  }

  #createScope(codec: JournalValueCodec | undefined): InvocationScope {
    const machine = this.#machine;
    const {
      endpoint: { logger },
      handler: { serviceName, name, kind, options },
      request: { host, logContext },
    } = this.#options;
    const request = new AttemptRequest(machine, this.#options, () => {
      this.#completed ??= new AbortController();
      if (machine.isClosed) this.#completed.abort();
      return this.#completed.signal;
    });
    const key = kind === "service" ? undefined : machine.start.key;
    const isSilent = () => !machine.isRunning || machine.isReplaying;
    const delivery: Delivery = new Delivery({
      machine,
      implicitCancellation: !options.explicitCancellation,
      whenAtRest: host?.whenAtRest ?? whenAtRest,
      onBlocked: host?.onBlocked,
      flush: () => this.#flush(),
      abort: (error) => this.#settle(error),
      startTimer: (duration) => sleep(scope, duration),
    });
    const scope: InvocationScope = new InvocationScope({
      handler: options,
      machine,
      delivery,
      request,
      key,
      log(source) {
        const context = new LoggerContext(request.id, serviceName, name, key, request, logContext);
        const isUser = source === LogSource.USER;
        return createLogger(logger, source, context, isUser ? isSilent : undefined);
      },
      codec,
      now: host?.now ?? Date.now,
      host,
    });
    return scope;
  }

  /** Runs the handler; from its first line on, and not before, notifications may be delivered. */
  async #invoke(scope: InvocationScope, context: HandlerContext): Promise<Uint8Array> {
    const { codec, request } = scope.options;
    const input = codec ? await decodeInput(codec, request.body) : request.body;
    if (this.#machine.isClosed) return new Promise(() => undefined);
    scope.delivery.begin();
    try {
      const { handler } = this.#options;
      return encodeValue(scope, handler.output, await handler.invoke(context, input));
    } finally {
      scope.delivery.end();
    }
  }

  // --- end

  #succeed(scope: InvocationScope, result: Uint8Array): void {
    const machine = this.#machine;
    if (machine.isClosed) return;
    machine.end({ kind: "value", value: result });
    if (machine.outcome?.kind !== "completed") return;
    const log = scope.journalLog;
    log.info("Invocation completed successfully.");
    const dropped = scope.delivery.neverStartedRuns().join(", ");
    if (!dropped) return;
    const message = `The handler ended without awaiting ${dropped}: the action did not run. Await every ctx.run.`;
    scope.reportMisuse("unawaited", message);
    log.warn(message);
  }

  #settle(error: unknown): void {
    const { asTerminalError } = this.#options.handler.options;
    try {
      settleWithError(error, asTerminalError, { machine: this.#machine, log: this.#log });
    } catch (unexpected) {
      this.#machine.fail(failureOf(toError(unexpected)));
    }
  }

  /** The machine has closed: whatever user code still does has no effect, and its promises stay pending. */
  #finish(outcome: Outcome): void {
    reportEnd(outcome, this.#log);
    if (outcome.kind === "failed") this.#options.request.host?.onFailed?.(outcome.failure.cause);
    this.#scope?.delivery.close();
    if (outcome.kind !== "aborted") {
      this.#flush();
      this.#output.end();
    }
    this.#completed?.abort();
    this.#rejectNext?.(endAsError(outcome));
    this.#scope = undefined;
  }

  #flush(): void {
    const bytes = this.#machine.takeOutput();
    if (bytes && !this.#output.write(bytes)) this.#scope?.delivery.pause();
  }
}

function seedOf({ start, version }: InvocationMachine): bigint {
  return supportsFeature(version, "randomSeed") ? start.randomSeed : seedFromInvocationId(start.id);
}

async function decodeInput(codec: JournalValueCodec, body: Uint8Array): Promise<Uint8Array> {
  try {
    return await codec.decode(body);
  } catch (cause) {
    // A key that is not there yet, for example: the invocation must not pay for it.
    if (cause instanceof RetryableError) throw cause;
    throw unreadable("The journal value codec cannot decode the input", cause);
  }
}
