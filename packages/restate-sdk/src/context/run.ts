/** `ctx.run`: executes an action once and records its result. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import type { HostedRun } from "../api/attempt-host.js";
import type { AbortableRunAction, RunAction, RunOptions } from "../api/run.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { RunFuture } from "../futures/run-future.js";
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
      "ctx.run(action) takes nothing more. To pass options, name the run: ctx.run(name, action, options).",
    );
  }
  return { name: "", action: nameOrAction, options: NO_OPTIONS };
}

export function run<T>(scope: InvocationScope, args: RunArguments<T>): Future<T> {
  scope.enter("ctx.run");
  const { machine, delivery } = scope;
  const issued = issueRun(machine, args.name);
  if (!issued) return new ConstantFuture<T>();
  const { completionId } = issued;
  const serde = serdeOf(scope, args.options.serde);
  const single = scope.optionsOf(completionId, valueDecoder(scope, serde));
  if (!issued.mustExecute) return new SingleFuture<T>(delivery, single);
  const future = new RunFuture<T>(
    {
      completionId,
      scope,
      retryPolicy: retryPolicyOf(args.options),
      execute: (signal) =>
        execute<T>(scope, {
          name: args.name,
          completionId,
          action: () => call(args.action, signal),
        }),
      serialize: (value) => encodeValue(scope, serde, value),
    },
    single,
  );
  delivery.addRun(future as RunFuture<unknown>);
  return future;
}

/** Calls the action, or what the host of the endpoint has put in its stead, where it may not use the context. */
function execute<T>(scope: InvocationScope, hosted: HostedRun): T | PromiseLike<T> {
  const { host } = scope;
  // The host may have put something else in the place of the action by now.
  const inside = () =>
    scope.insideRun(hosted.name, () => {
      const { runInterceptor } = scope;
      return runInterceptor ? intercept(runInterceptor, hosted) : hosted.action();
    });
  // What stands in for the action stands in for its type.
  return (host?.executeRun ? host.executeRun(hosted, inside) : inside()) as T;
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

async function intercept(
  interceptor: NonNullable<InvocationScope["runInterceptor"]>,
  hosted: HostedRun,
): Promise<unknown> {
  let result: unknown;
  await interceptor(hosted.name, async () => {
    result = await hosted.action();
  });
  return result;
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
