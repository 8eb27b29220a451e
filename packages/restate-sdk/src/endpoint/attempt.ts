/** One attempt of an invocation: wires machine, delivery, context and handler to the transport. */
import type { Duration, JournalValueCodec } from "@restatedev/restate-sdk-core";
import { LoggerContext, LogSource, type LoggerTransport } from "../api/logger.js";
import { HandlerContext } from "../context/handler-context.js";
import { InvocationScope, type Loggers } from "../context/invocation-scope.js";
import { sleep } from "../context/sleep.js";
import { encodeValue } from "../context/values.js";
import { RetryableError } from "../errors/retry-errors.js";
import { toError } from "../errors/to-error.js";
import { Delivery, type DeliveryOptions } from "../futures/delivery.js";
import type { Future } from "../futures/future.js";
import { afterHops } from "../futures/hops.js";
import { InvocationMachine, type MachineOptions } from "../machine/machine.js";
import { failureOf, type Outcome } from "../machine/outcome.js";
import type { ProtocolVersion } from "../protocol/version.js";
import { createHooks, type HandlerInterceptor } from "./hooks.js";
import { logContextOf } from "./logging/log-context.js";
import { createLogger } from "./logging/logger.js";
import { AttemptRequest, type RequestSource } from "./request.js";
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

/** Whoever called the `next()` of an interceptor. */
interface Caller {
  readonly resolve: (result: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Stands behind machine, delivery and scope itself: while it waits, closures in its place would outweigh it. */
export class Attempt
  implements AttemptReceiver, MachineOptions, DeliveryOptions, Loggers, RequestSource
{
  readonly #output: AttemptOutput;
  // Declared only, since every field that is emitted is paid for at each start.
  declare readonly version: ProtocolVersion;
  declare readonly handler: CatalogHandler;
  declare readonly request: EndpointRequest;
  declare readonly endpoint: InvocationOptions["endpoint"];
  declare readonly comparePayloads: boolean;
  declare readonly machine: InvocationMachine;
  #scope: InvocationScope | undefined;
  #hasStarted = false;
  #isDraining = false;
  #completed: AbortController | undefined;
  /** The interceptor that called the handler, if one did. */
  #caller: Caller | undefined;

  constructor(options: InvocationOptions, output: AttemptOutput) {
    this.#output = output;
    this.version = options.version;
    this.handler = options.handler;
    this.request = options.request;
    this.endpoint = options.endpoint;
    this.comparePayloads = !options.endpoint.codec;
    this.machine = new InvocationMachine(this);
  }

  // --- AttemptReceiver

  onData(chunk: Uint8Array): void {
    if (this.#isDraining && this.#hasStarted) return;
    this.machine.feed(chunk);
    this.#advance();
  }

  onInputEnd(): void {
    this.machine.closeInput();
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
    this.machine.abort(reason);
  }

  // --- MachineOptions

  /** Whatever user code still does has no effect, and its promises stay pending. */
  onClosed(outcome: Outcome): void {
    reportEnd(outcome, this.#log);
    if (outcome.kind === "failed") this.request.host?.onFailed?.(outcome.failure.cause);
    this.#scope?.delivery.close();
    if (outcome.kind !== "aborted") {
      this.flush();
      this.#output.end();
    }
    this.#completed?.abort();
    this.#caller?.reject(endAsError(outcome));
  }

  // --- DeliveryOptions

  flush(): void {
    const bytes = this.machine.takeOutput();
    if (bytes && !this.#output.write(bytes)) this.#scope?.delivery.pause();
  }

  abort(error: unknown): void {
    const { asTerminalError } = this.handler.options;
    try {
      settleWithError(error, asTerminalError, { machine: this.machine, log: this.#log });
    } catch (unexpected) {
      this.machine.fail(failureOf(toError(unexpected)));
    }
  }

  startTimer(duration: Duration | number): Future<void> {
    // Asked for by a future, which comes from a scope.
    return sleep(this.#scope as InvocationScope, duration);
  }

  // --- Loggers, RequestSource

  createLog(source: LogSource, { key, request }: InvocationScope): Console {
    const { serviceName, name } = this.handler;
    const { logContext } = this.request;
    const context = new LoggerContext(request.id, serviceName, name, key, request, logContext);
    const isSilent = source === LogSource.USER ? this.#silence() : undefined;
    return createLogger(this.endpoint.logger, source, context, isSilent);
  }

  /** What user code logs while it is replayed was logged before. */
  #silence(): () => boolean {
    return () => !this.machine.isRunning || this.machine.isReplaying;
  }

  /** Reports what concerns the journal, also before the scope exists. */
  get #log(): Console {
    const { endpoint, handler, request } = this;
    return (
      this.#scope?.journalLog ??
      createLogger(
        endpoint.logger,
        LogSource.JOURNAL,
        logContextOf(request, handler.serviceName, handler.name),
      )
    );
  }

  get completedSignal(): AbortSignal {
    // Made when somebody asks, which few handlers do.
    this.#completed ??= new AbortController();
    if (this.machine.isClosed) this.#completed.abort();
    return this.#completed.signal;
  }

  // --- start

  #advance(): void {
    if (this.#hasStarted) this.#scope?.delivery.progress();
    else if (this.machine.isRunning) {
      this.#hasStarted = true;
      if (this.#isDraining) this.machine.closeInput();
      // In a microtask: user code runs in no transport's call stack.
      Promise.resolve(this.endpoint.codec).then(
        (codec) => {
          this.#start(codec);
        },
        (error: unknown) => {
          this.abort(error);
        },
      );
    }
  }

  #start(codec: JournalValueCodec | undefined): void {
    const { machine, handler } = this;
    const { host } = this.request;
    if (machine.isClosed) return;
    try {
      const scope = new InvocationScope({
        machine,
        delivery: new Delivery(this),
        request: new AttemptRequest(this),
        key: handler.kind === "service" ? undefined : machine.start.key,
        loggers: this,
        settings: handler.options,
        codec,
        now: host?.now ?? Date.now,
        host,
      });
      this.#scope = scope;
      this.#log.info(machine.isReplaying ? "Replaying invocation." : "Starting invocation.");
      const context = new HandlerContext(scope);
      if (handler.options.hooks.length > 0) this.#startWithHooks(scope, context);
      else this.#invoke(scope, context);
    } catch (error) {
      this.abort(error);
    }
  }

  #startWithHooks(scope: InvocationScope, context: HandlerContext): void {
    const { hooks } = this.handler.options;
    const { handler, run } = createHooks(hooks, scope.request, () => context.isProcessing());
    scope.runInterceptor = run;
    if (!handler) this.#invoke(scope, context);
    else {
      const invoke = () => this.#invoke(scope, context);
      this.#intercept(handler, invoke)
        .then((result) => this.#succeed(scope, result))
        .catch((error: unknown) => this.abort(error));
    }
  }

  /**
   * Unlike user promises, `next()` rejects when the attempt ends without the handler, so that interceptors can close
   * spans and the like. What they throw then has no effect.
   */
  async #intercept(interceptor: HandlerInterceptor, invoke: () => void): Promise<Uint8Array> {
    let result: Uint8Array | undefined;
    let handled: Promise<void> | undefined;
    await interceptor(() => {
      handled ??= new Promise((onHandled, reject) => {
        const resolve = (bytes: Uint8Array) => {
          result = bytes;
          onHandled();
        };
        const { outcome } = this.machine;
        this.#caller = { resolve, reject };
        if (outcome) reject(endAsError(outcome));
        else invoke();
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

  #invoke(scope: InvocationScope, context: HandlerContext): void {
    const { codec, request } = scope;
    if (!codec) this.#call(scope, context, request.body);
    else {
      decodeInput(codec, request.body).then(
        (input) => this.#call(scope, context, input),
        (error: unknown) => this.#fail(error),
      );
    }
  }

  /** Runs the handler; from its first line on, and not before, notifications may be delivered. */
  #call(scope: InvocationScope, context: HandlerContext, input: Uint8Array): void {
    if (this.machine.isClosed) return;
    const { handler } = this;
    scope.delivery.begin();
    let returned: unknown;
    try {
      returned = handler.invoke(context, input);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Whatever was thrown.
      returned = Promise.reject(error);
    }
    Promise.resolve(returned).then(
      (value) => {
        this.#end(scope, () => encodeValue(scope, handler.output, value));
      },
      (error: unknown) => {
        this.#end(scope, () => {
          throw error;
        });
      },
    );
  }

  // --- end

  /** Commands count until two microtasks after the handler's end, as many as an async function around it would take. */
  #end(scope: InvocationScope, result: () => Uint8Array): void {
    afterHops(1, () => {
      try {
        scope.delivery.end();
        const bytes = result();
        if (this.#caller) this.#caller.resolve(bytes);
        else this.#succeed(scope, bytes);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #fail(error: unknown): void {
    if (this.#caller) this.#caller.reject(error);
    else this.abort(error);
  }

  #succeed(scope: InvocationScope, result: Uint8Array): void {
    const { machine } = this;
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
