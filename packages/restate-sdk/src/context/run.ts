/** `ctx.run`: executes an action once and records its result. */
import { millisOrDurationToMillis, type Serde } from "@restatedev/restate-sdk-core";
import type { AbortableRunAction, RunAction, RunOptions } from "../api/run.js";
import { toError } from "../errors/to-error.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { RunFuture, type RunExecution } from "../futures/run-future.js";
import { SingleFuture } from "../futures/single.js";
import { run as issueRun } from "../machine/commands.js";
import type { RunRetryPolicy } from "../machine/retry-policy.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, serdeOf, valueDecoder } from "./values.js";

export interface RunArguments<T> {
  readonly name: string;
  readonly action: AbortableRunAction<T>;
  readonly options: RunOptions<T>;
}

const NO_OPTIONS = {};

/** The overloads of `ctx.run`: `(action)`, `(name, action)`, `(name, action, options)`. */
export function parseRunArguments<T>(
  nameOrAction: string | AbortableRunAction<T>,
  action?: AbortableRunAction<T>,
  options?: RunOptions<T>,
): RunArguments<T> {
  if (typeof nameOrAction === "string") {
    if (typeof action === "function")
      return { name: nameOrAction, action, options: options ?? NO_OPTIONS };
    throw new TypeError(
      `ctx.run("${nameOrAction}", action) needs a function as its second argument, but got ${typeof action}.`,
    );
  }
  if (typeof nameOrAction !== "function") {
    throw new TypeError(
      `ctx.run takes a name and a function, or a function alone, but got ${typeof nameOrAction}.`,
    );
  }
  if (action !== undefined) {
    throw new TypeError(
      "ctx.run got a function as its first argument and something more. To pass options, name the run: ctx.run(name, action, options).",
    );
  }
  return { name: "", action: nameOrAction, options: NO_OPTIONS };
}

export function run<T>(scope: InvocationScope, args: RunArguments<T>): Future<T> {
  scope.enter("ctx.run");
  const { machine, delivery } = scope;
  const issued = issueRun(machine, args.name);
  if (!issued) return ConstantFuture.pending<T>();
  const { completionId } = issued;
  const serde = serdeOf(scope, args.options.serde);
  const single = scope.optionsOf(completionId, valueDecoder(scope, serde));
  if (!issued.mustExecute) return new SingleFuture<T>(delivery, single);
  const future = new RunFuture<T>(new Execution(scope, args, { completionId, serde }), single);
  delivery.addRun(future as RunFuture<unknown>);
  return future;
}

/** What one run does besides waiting for its result. A class, because ten closures for every run show. */
class Execution<T> implements RunExecution<T> {
  readonly #scope: InvocationScope;
  readonly #args: RunArguments<T>;
  readonly completionId: number;
  readonly retryPolicy: RunRetryPolicy;
  readonly #serde: Serde<T>;

  constructor(
    scope: InvocationScope,
    args: RunArguments<T>,
    { completionId, serde }: { readonly completionId: number; readonly serde: Serde<T> },
  ) {
    this.#scope = scope;
    this.#args = args;
    this.completionId = completionId;
    this.#serde = serde;
    this.retryPolicy = retryPolicyOf(args.options);
  }

  get machine() {
    return this.#scope.machine;
  }

  get delivery() {
    return this.#scope.delivery;
  }

  execute(signal: () => AbortSignal): T | PromiseLike<T> {
    const { executeRun } = this.#scope.options;
    if (!executeRun) return this.#executeAction(signal);
    const run = { name: this.#args.name, completionId: this.completionId };
    // What stands in for the action stands in for its type.
    return executeRun(run, () => this.#executeAction(signal)) as T;
  }

  #executeAction(signal: () => AbortSignal): T | PromiseLike<T> {
    const { name, action } = this.#args;
    return this.#scope.insideRun(name, () => {
      const { runInterceptor } = this.#scope;
      return runInterceptor
        ? intercept(runInterceptor, name, () => call(action, signal))
        : call(action, signal);
    });
  }

  serialize(value: T): Uint8Array {
    return encodeValue(this.#scope, this.#serde, value);
  }

  toError(thrown: unknown): Error {
    return toError(thrown, this.#scope.options.asTerminalError);
  }

  gaveUp(error: Error): void {
    const { name } = this.#args;
    const run = name === "" ? "A ctx.run" : `ctx.run "${name}"`;
    this.#scope.options.journalLog.warn(`${run} failed, and its retries are used up.`, error);
  }

  now(): number {
    return this.#scope.options.now();
  }
}

/** A function passed by name may have optional parameters of its own: it gets options only if it declares one. */
function call<T>(action: AbortableRunAction<T>, signal: () => AbortSignal): T | PromiseLike<T> {
  if (action.length === 0) return (action as RunAction<T>)();
  return action({
    // Most actions never ask, so the controller behind it is made when one does.
    get signal() {
      return signal();
    },
  });
}

async function intercept<T>(
  interceptor: NonNullable<InvocationScope["runInterceptor"]>,
  name: string,
  action: () => T | PromiseLike<T>,
): Promise<T> {
  let result: T | undefined;
  await interceptor(name, async () => {
    result = await action();
  });
  return result as T;
}

const SERVER_POLICY: RunRetryPolicy = {};

/** Any option asks for a policy of its own; the others then get their defaults. */
function retryPolicyOf<T>(options: RunOptions<T>): RunRetryPolicy {
  const {
    maxRetryAttempts: maxAttempts,
    maxRetryDuration: duration,
    initialRetryInterval: initial,
    maxRetryInterval: longest,
    retryIntervalFactor: factor,
  } = options;
  const given = maxAttempts ?? duration ?? initial ?? longest ?? factor;
  if (given === undefined) return SERVER_POLICY;
  return {
    initialDelayMs: millisOrDurationToMillis(initial ?? 50),
    factor: factor ?? 2,
    maxDelayMs: millisOrDurationToMillis(longest ?? { seconds: 10 }),
    maxAttempts,
    maxDurationMs: duration && millisOrDurationToMillis(duration),
  };
}
