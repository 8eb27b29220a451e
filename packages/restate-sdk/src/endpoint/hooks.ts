/** Makes the hooks of one attempt and chains their interceptors: the first is the outermost. */
import type { HooksProvider, Interceptor } from "../api/hooks.js";
import type { Request } from "../api/request.js";
import type { RunInterceptor } from "../context/invocation-scope.js";
import { sdkSymbol } from "../util/sdk-symbol.js";

export type HandlerInterceptor = NonNullable<Interceptor["handler"]>;

/** The interceptors of one attempt; undefined where there is nothing to call. */
export interface AttemptHooks {
  readonly handler: HandlerInterceptor | undefined;
  readonly run: RunInterceptor | undefined;
}

/** The tracing package finds out through this property of a provider's argument whether the attempt is replaying. */
const IS_PROCESSING = /* @__PURE__ */ sdkSymbol("hooks.isProcessing");

const NO_HOOKS: AttemptHooks = { handler: undefined, run: undefined };

/** Asks every provider, in order. What a provider throws passes through: it fails the attempt like the handler would. */
export function createHooks(
  providers: readonly HooksProvider[],
  request: Request,
  isProcessing: () => boolean,
): AttemptHooks {
  if (providers.length === 0) return NO_HOOKS;
  const interceptors = providers.map((provider) => {
    const context = { request, [IS_PROCESSING]: isProcessing };
    return provider(context).interceptor;
  });
  return {
    handler: compose<[]>(interceptors.flatMap((interceptor) => interceptor?.handler ?? [])),
    run: compose<[name: string]>(interceptors.flatMap((interceptor) => interceptor?.run ?? [])),
  };
}

type Next = () => Promise<void>;
type Chain<TArgs extends unknown[]> = (...args: [...TArgs, Next]) => Promise<void>;

export function compose<TArgs extends unknown[]>(
  interceptors: readonly Chain<TArgs>[],
): Chain<TArgs> | undefined {
  return interceptors.reduceRight<Chain<TArgs> | undefined>((inner, outer) => {
    if (!inner) return outer;
    return (...args) => {
      const next = args.pop() as Next;
      const rest = args as unknown as TArgs;
      return outer(...rest, () => inner(...rest, next));
    };
  }, undefined);
}
