/** Makes the hooks of one attempt and chains their interceptors: the first is the outermost. */
import type { HooksProvider, Interceptor } from "../api/hooks.js";
import type { Request } from "../api/request.js";

export type HandlerInterceptor = NonNullable<Interceptor["handler"]>;
export type RunInterceptor = NonNullable<Interceptor["run"]>;

/** The interceptors of one attempt; undefined where there is nothing to call. */
export interface AttemptHooks {
  readonly handler: HandlerInterceptor | undefined;
  readonly run: RunInterceptor | undefined;
}

/** The tracing package finds out through this property of a provider's argument whether the attempt is replaying. */
const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

const NO_HOOKS: AttemptHooks = { handler: undefined, run: undefined };

/** Asks every provider, in order. What a provider throws passes through: it fails the attempt like the handler would. */
export function createHooks(
  providers: readonly HooksProvider[],
  request: Request,
  isProcessing: () => boolean,
): AttemptHooks {
  if (providers.length === 0) return NO_HOOKS;
  const interceptors = providers.map((provider) => {
    const context = { request };
    Object.defineProperty(context, IS_PROCESSING, { value: isProcessing });
    return provider(context).interceptor;
  });
  return {
    handler: composeHandlerInterceptors(
      interceptors.flatMap((interceptor) => interceptor?.handler ?? []),
    ),
    run: composeRunInterceptors(interceptors.flatMap((interceptor) => interceptor?.run ?? [])),
  };
}

export function composeHandlerInterceptors(
  interceptors: readonly HandlerInterceptor[],
): HandlerInterceptor | undefined {
  return interceptors.reduceRight<HandlerInterceptor | undefined>(
    (inner, outer) => (inner === undefined ? outer : (next) => outer(() => inner(next))),
    undefined,
  );
}

export function composeRunInterceptors(
  interceptors: readonly RunInterceptor[],
): RunInterceptor | undefined {
  return interceptors.reduceRight<RunInterceptor | undefined>(
    (inner, outer) =>
      inner === undefined ? outer : (name, next) => outer(name, () => inner(name, next)),
    undefined,
  );
}
