/** The endpoint of every runtime with the WHATWG fetch types: a function from `Request` to `Response`. */
import type { EndpointOptions, RestateEndpointBase } from "../api/endpoint.js";
import { buildEndpoint, EndpointBuilder, type Endpoint } from "../endpoint/endpoint.js";
import { createRequestHandler } from "../endpoint/handle.js";
import { exchangeOptions } from "./exchange-options.js";
import { respondTo } from "./fetch-exchange.js";

/** Options of `createEndpointHandler`. */
export interface FetchEndpointOptions extends EndpointOptions {
  /**
   * Whether an attempt reads its request while it writes its response. If not, Restate starts a new attempt whenever
   * something the handler waits for has arrived, which works everywhere. Set it only where the runtime and everything
   * in front of it stream in both directions at once, which HTTP/2 servers do as a rule; register the deployment again
   * after changing it.
   *
   * @default false
   */
  bidirectional?: boolean;
}

/**
 * An endpoint under construction that is served as a fetch handler.
 *
 * @example
 * ```ts
 * export default endpoint().bind(greeter).handler();
 * ```
 */
export interface FetchEndpoint extends RestateEndpointBase<FetchEndpoint> {
  /**
   * An object with the handler in its property `fetch`, which Cloudflare Workers, Bun and Deno take as a module's default
   * export.
   *
   * @throws TypeError for definitions, options and identity keys that make no sense
   */
  handler(): { fetch: (request: Request, ...extraArgs: unknown[]) => Promise<Response> };
  /** See {@link FetchEndpointOptions.bidirectional}. Without an argument it is switched on. */
  bidirectional(set?: boolean): FetchEndpoint;
}

/**
 * Starts an endpoint to be put together step by step.
 *
 * @deprecated Use {@link createEndpointHandler}.
 */
export function endpoint(): FetchEndpoint {
  return new FetchEndpointBuilder();
}

/**
 * A handler of requests from Restate for every runtime and framework that speaks `Request` and `Response`, below any
 * path. Both GET and POST requests have to reach it. Further arguments, such as the environment and the execution
 * context on Cloudflare Workers, are handed to user code as `ctx.request().extraArgs`.
 *
 * The handler rejects only if it is called with something that is no `Request`.
 *
 * @throws TypeError for definitions, options and identity keys that make no sense
 *
 * @example
 * ```ts
 * const handler = createEndpointHandler({ services: [greeter] });
 *
 * export default { fetch: handler }; // Cloudflare Workers, Bun, Deno
 * export { handler as GET, handler as POST }; // a route of Next.js
 * ```
 */
export function createEndpointHandler(
  options: FetchEndpointOptions,
): (request: Request, ...extraArgs: unknown[]) => Promise<Response> {
  return handlerOf(buildEndpoint(options), options.bidirectional === true);
}

class FetchEndpointBuilder extends EndpointBuilder implements FetchEndpoint {
  #isBidirectional = false;

  bidirectional(set = true): this {
    this.#isBidirectional = set;
    return this;
  }

  handler(): { fetch: FetchHandler } {
    return { fetch: handlerOf(this.build(), this.#isBidirectional) };
  }
}

type FetchHandler = ReturnType<typeof createEndpointHandler>;

function handlerOf(endpoint: Endpoint, isBidirectional: boolean): FetchHandler {
  const protocolMode = isBidirectional ? "BIDI_STREAM" : "REQUEST_RESPONSE";
  const handle = createRequestHandler(endpoint, { protocolMode });
  const options = exchangeOptions(endpoint, protocolMode);
  return async (request, ...extraArgs) => {
    assertRequest(request);
    const headers = Object.fromEntries(request.headers);
    const response = await handle({ url: request.url, headers, extraArgs });
    return respondTo({ request, ...options }, response);
  };
}

/** Node's request objects have a URL and headers too, but of other types. */
function assertRequest(request: Partial<Request> | undefined): void {
  if (typeof request?.url === "string" && typeof request.headers?.entries === "function") return;
  throw new TypeError(
    "A Restate fetch handler was called with something that is no Request. " +
      'For the servers of node:http and node:http2 take createEndpointHandler from "@restatedev/restate-sdk/node", ' +
      'for AWS Lambda from "@restatedev/restate-sdk/lambda".',
  );
}
