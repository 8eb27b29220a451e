/** The future of a `ctx.run`: executes the closure when its turn comes and proposes the result. */
import { inThisContext } from "../util/in-this-context.js";
import { isThenable } from "../util/thenable.js";
import { toText } from "../util/to-text.js";
import * as codes from "../errors/codes.js";
import { toError, type AsTerminalError } from "../errors/to-error.js";
import { PauseError, RetryableError } from "../errors/retry-errors.js";
import { TerminalError } from "../errors/terminal-error.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { RunRetryPolicy } from "../machine/retry-policy.js";
import type { Failure } from "../protocol/messages.js";
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import { CommandFailure, SingleFuture, type SingleOptions, type SingleRuntime } from "./single.js";

/** Decides when closures run; implemented by the delivery. */
export interface RunRuntime extends SingleRuntime {
  runStarted(completionId: number, run: RunFuture<unknown>): void;
  /** @param retry the run, if its closure ended without a result, because cancellation aborted it */
  runEnded(completionId: number, retry: RunFuture<unknown> | undefined): void;
}

/** What runs need of the invocation they belong to. */
export interface RunScope {
  readonly machine: InvocationMachine;
  readonly delivery: RunRuntime;
  readonly journalLog: Pick<Console, "warn">;
  readonly settings: { readonly asTerminalError: AsTerminalError | undefined };
  now(): number;
}

/** What the context says about one run. */
export interface RunExecution<T> {
  readonly completionId: number;
  readonly scope: RunScope;
  readonly retryPolicy: RunRetryPolicy;
  /** Calls the user's action, inside the scope that forbids context calls and inside the interceptors. */
  readonly execute: (signal: () => AbortSignal) => T | PromiseLike<T>;
  readonly serialize: (value: T) => Uint8Array;
}

export class RunFuture<T> extends SingleFuture<T> {
  readonly #run: RunExecution<T>;
  #controller: AbortController | undefined;
  #isAborted = false;
  #startedAt = 0;
  #executeNow: () => void;

  constructor(run: RunExecution<T>, options: SingleOptions<T>) {
    super(run.scope.delivery, options);
    this.#run = run;
    this.#executeNow = inThisContext(() => this.#execute());
  }

  /** For messages to users. */
  get label(): string {
    return runLabel(this.options.command?.name);
  }

  /** Executes the closure, from the next microtask on. */
  start(): void {
    this.#isAborted = false;
    this.#controller = undefined;
    const { completionId, scope } = this.#run;
    scope.delivery.runStarted(completionId, this as RunFuture<unknown>);
    this.#executeNow();
  }

  #execute(): void {
    const { machine } = this.#run.scope;
    if (machine.isClosed) return;
    this.#startedAt = this.#run.scope.now();
    let result: T | PromiseLike<T>;
    try {
      result = this.#run.execute(() => this.#signal());
    } catch (thrown) {
      this.#failed(thrown);
      return;
    }
    if (isThenable(result)) {
      result.then(
        (value) => {
          this.#succeeded(value);
        },
        (thrown: unknown) => {
          this.#failed(thrown);
        },
      );
    } else {
      this.#succeeded(result);
    }
  }

  /** Tells the closure that nobody waits for its result any more. */
  abort(reason: unknown): void {
    this.#isAborted = true;
    this.#controller?.abort(reason);
  }

  #signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  #succeeded(value: T): void {
    const { completionId, scope } = this.#run;
    try {
      const bytes = this.#run.serialize(value);
      scope.machine.proposeRun(completionId, { kind: "value", value: bytes });
    } catch (cause) {
      scope.delivery.abort(new CommandFailure(cause, this.options.command));
    }
    this.#ended();
  }

  #failed(thrown: unknown): void {
    const { completionId, scope, retryPolicy } = this.#run;
    const { machine } = scope;
    const error = toError(thrown, scope.settings.asTerminalError);
    if (error instanceof TerminalError) {
      machine.proposeRun(completionId, { kind: "failure", failure: toFailure(error) });
      this.#ended();
    } else if (this.#isAborted && !machine.isClosed) {
      // The closure gave way to the cancellation. Should somebody await it after all, it runs again.
      this.#executeNow = inThisContext(() => this.#execute());
      this.#ended(this as RunFuture<unknown>);
    } else {
      const elapsedMs = Math.max(0, scope.now() - this.#startedAt);
      machine.failRun(completionId, { error, elapsedMs }, policyFor(error, retryPolicy));
      // A failure that is retried ends the attempt and is reported there.
      if (!machine.isClosed) {
        scope.journalLog.warn(`${this.label} failed, and its retries are used up.`, error);
      }
      this.#ended();
    }
  }

  #ended(retry?: RunFuture<unknown>): void {
    const { completionId, scope } = this.#run;
    scope.delivery.runEnded(completionId, retry);
  }
}

/** What messages call a run. */
export function runLabel(name: string | undefined): string {
  return name ? `ctx.run "${name}"` : "a ctx.run";
}

/** Some errors bring their own policy; the bounds of the run's options stay in force. */
function policyFor(error: Error, policy: RunRetryPolicy): RunRetryPolicy {
  if (error instanceof PauseError) return { pauses: true };
  if (!(error instanceof RetryableError)) return policy;
  const { maxAttempts, maxDurationMs } = policy;
  return { initialDelayMs: retryDelayMs(error), maxAttempts, maxDurationMs };
}

/** The delay an error asks for. What is no time at all, such as an unparsed header, leaves it to the server. */
export function retryDelayMs({ retryAfter }: RetryableError): number | undefined {
  const millis = retryAfter === undefined ? NaN : millisOrDurationToMillis(retryAfter);
  return Number.isFinite(millis) && millis >= 0 ? millis : undefined;
}

/** Callers without types may have put anything into an error; what cannot travel must not break the attempt's end. */
export function toFailure({ code, message, metadata }: TerminalError): Failure {
  return {
    code: Number.isInteger(code) && code >= 0 ? code : codes.INTERNAL,
    message: toText(message),
    metadata: Object.entries(metadata ?? {}).map(([key, value]) => ({ key, value: toText(value) })),
  };
}
