/** The context object that handlers get: composes the operations, holds no logic of its own. */
import type { Duration, Serde } from "@restatedev/restate-sdk-core";
import type { GenericCall, GenericSend } from "../api/calls.js";
import type { ScopedContext } from "../api/clients.js";
import type { ContextInternal } from "../api/context-internal.js";
import type { ContextDate, Rand } from "../api/context.js";
import type { InvocationId } from "../api/invocation-id.js";
import { LogSource } from "../api/logger.js";
import type { WorkflowContext } from "../api/keyed-context.js";
import type {
  DurablePromise,
  InvocationHandle,
  InvocationPromise,
  RestatePromise,
} from "../api/promise.js";
import type { Request } from "../api/request.js";
import type { AbortableRunAction, RunOptions } from "../api/run.js";
import type { InvocationReference } from "../api/signals.js";
import { TerminalError } from "../errors/terminal-error.js";
import { awakeable, rejectAwakeable, resolveAwakeable } from "./awakeables.js";
import { genericCall, genericSend } from "./calls.js";
import { Cancellation } from "./cancellation.js";
import { Clients } from "./clients.js";
import { WorkflowPromise } from "./durable-promises.js";
import type { InvocationScope } from "./invocation-scope.js";
import { SeededRand, seedOf } from "./rand.js";
import { parseRunArguments, run } from "./run.js";
import { attach, cancel, invocation, signal } from "./signals.js";
import { sleep } from "./sleep.js";
import { clear, clearAll, get, set, stateKeys } from "./state.js";

/** One class for all kinds of handlers; the types that users see narrow it to what their kind may do. */
export class HandlerContext extends Clients implements ContextInternal, WorkflowContext {
  readonly #scope: InvocationScope;
  // Made when they are asked for: most handlers use few of them.
  #console: Console | undefined;
  #rand: Rand | undefined;
  #date: ContextDate | undefined;
  #cancellation: Cancellation | undefined;

  constructor(scope: InvocationScope) {
    super(scope);
    this.#scope = scope;
  }

  get rand(): Rand {
    return (this.#rand ??= new SeededRand(seedOf(this.#scope.machine), (operation) => {
      this.#scope.refuseInsideRun(operation);
    }));
  }

  get console(): Console {
    return (this.#console ??= this.#scope.loggers.createLog(LogSource.USER, this.#scope));
  }

  get date(): ContextDate {
    return (this.#date ??= {
      now: () => this.run(() => this.#scope.now()),
      toJSON: () => this.run(() => new Date(this.#scope.now()).toJSON()),
    });
  }

  get key(): string {
    const { key } = this.#scope;
    if (key !== undefined) return key;
    throw new TerminalError("ctx.key: a service has no key; only virtual objects and workflows do");
  }

  /** The serde of handlers that name none. Read by handler wrappers of other copies of the SDK. */
  get defaultSerde(): Serde<unknown> {
    return this.#scope.settings.defaultSerde;
  }

  request(): Request {
    return this.#scope.request;
  }

  // --- steps and timers

  run<T>(action: AbortableRunAction<T>): RestatePromise<T>;
  run<T>(name: string, action: AbortableRunAction<T>, options?: RunOptions<T>): RestatePromise<T>;
  run<T>(
    nameOrAction: string | AbortableRunAction<T>,
    action?: AbortableRunAction<T>,
    options?: RunOptions<T>,
  ): RestatePromise<T> {
    return run(this.#scope, parseRunArguments(nameOrAction, action, options));
  }

  sleep(duration: Duration | number, name?: string): RestatePromise<void> {
    return sleep(this.#scope, duration, name);
  }

  // --- state

  get<T>(name: string, serde?: Serde<T>): Promise<T | null> {
    return get(this.#scope, name, serde);
  }

  stateKeys(): Promise<string[]> {
    return stateKeys(this.#scope);
  }

  set<T>(name: string, value: T, serde?: Serde<T>): void {
    set(this.#scope, { name, value, serde });
  }

  clear(name: string): void {
    clear(this.#scope, name);
  }

  clearAll(): void {
    clearAll(this.#scope);
  }

  // --- calls

  scope(scopeKey: string): ScopedContext {
    return new Clients(this.#scope, scopeKey);
  }

  genericCall<REQ = Uint8Array, RES = Uint8Array>(
    call: GenericCall<REQ, RES>,
  ): InvocationPromise<RES> {
    return genericCall(this.#scope, call);
  }

  genericSend<REQ = Uint8Array>(send: GenericSend<REQ>): InvocationHandle {
    return genericSend(this.#scope, send);
  }

  // --- events

  awakeable<T>(serde?: Serde<T>): { id: string; promise: RestatePromise<T> } {
    return awakeable(this.#scope, serde);
  }

  resolveAwakeable<T>(id: string, payload?: T, serde?: Serde<T>): void {
    resolveAwakeable(this.#scope, { id, payload, serde });
  }

  rejectAwakeable(id: string, reason: string | TerminalError): void {
    rejectAwakeable(this.#scope, id, reason);
  }

  promise<T>(name: string, serde?: Serde<T>): DurablePromise<T> {
    return new WorkflowPromise(this.#scope, name, serde);
  }

  signal<T>(name: string, serde?: Serde<T>): RestatePromise<T> {
    return signal(this.#scope, name, serde);
  }

  // --- invocations

  invocation(invocationId: InvocationId): InvocationReference {
    return invocation(this.#scope, invocationId);
  }

  cancel(invocationId: InvocationId): void {
    cancel(this.#scope, invocationId);
  }

  attach<T>(invocationId: InvocationId, serde?: Serde<T>): RestatePromise<T> {
    return attach(this.#scope, invocationId, serde);
  }

  // --- ContextInternal

  isProcessing(): boolean {
    const { machine } = this.#scope;
    return machine.isRunning && !machine.isReplaying;
  }

  cancellation(): RestatePromise<void> {
    return this.#explicitCancellation().next();
  }

  cancelPreviousCalls(): RestatePromise<InvocationId[]> {
    return this.#explicitCancellation().cancelPreviousCalls();
  }

  #explicitCancellation(): Cancellation {
    return (this.#cancellation ??= new Cancellation(this.#scope));
  }
}
