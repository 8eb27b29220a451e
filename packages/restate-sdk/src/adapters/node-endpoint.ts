/** The endpoint of Node: serves its services through the servers of `node:http` and `node:http2`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type {
  NodeEndpointOptions,
  NodeProtocolOptions,
  NodeRequestHandler,
  RestateEndpoint,
  ServeOptions,
} from "../api/node-endpoint.js";
import { buildEndpoint, EndpointBuilder, type Endpoint } from "../endpoint/endpoint.js";
import { requestListener, type RequestListener } from "./node-http.js";
import { listen } from "./node-server.js";

export type {
  NodeEndpointOptions,
  NodeProtocolOptions,
  NodeRequestHandler,
  ServeOptions,
  ShutdownOptions,
} from "../api/node-endpoint.js";

/**
 * Starts an endpoint to be put together step by step.
 *
 * @deprecated Use {@link createEndpointHandler} or {@link serve}.
 */
export function endpoint(): RestateEndpoint {
  return new NodeEndpoint();
}

/**
 * A handler of requests from Restate, for a server of your own: `http2.createServer(handler)`,
 * `http.createServer(handler)` and those with TLS, or a route of a framework that hands out Node's request and response.
 *
 * Over HTTP/2 an attempt reads its request while it writes its response, over HTTP/1.1 one after the other; the option
 * `bidirectional` changes that. Register the deployment again after changing it.
 *
 * @throws TypeError for definitions, options and identity keys that make no sense
 *
 * @example
 * ```ts
 * http2.createServer(createEndpointHandler({ services: [greeter] })).listen(9080);
 * ```
 */
export function createEndpointHandler(options: NodeEndpointOptions): NodeRequestHandler {
  return handlerOf(buildEndpoint(options), options);
}

/**
 * Serves services over HTTP/2, without TLS, on a port of its own. For TLS, another interface or another protocol, use
 * {@link createEndpointHandler} with a server of your own.
 *
 * @returns a promise of the port, once it is listened to; rejects if it cannot be
 * @throws TypeError for definitions, options and identity keys that make no sense
 *
 * @example
 * ```ts
 * await serve({ services: [greeter], port: 9080 });
 * ```
 */
export function serve({ port, shutdown, ...options }: ServeOptions): Promise<number> {
  return listen(buildEndpoint(options), { port, shutdown });
}

class NodeEndpoint extends EndpointBuilder implements RestateEndpoint {
  http2Handler(options: NodeProtocolOptions = {}): RequestListener {
    return http2Listener(this.build(), options);
  }

  http1Handler(options: NodeProtocolOptions = {}): RequestListener {
    return http1Listener(this.build(), options);
  }

  handler(options: NodeProtocolOptions = {}): NodeRequestHandler {
    return handlerOf(this.build(), options);
  }

  listen(port?: number): Promise<number> {
    return listen(this.build(), { port });
  }
}

function handlerOf(endpoint: Endpoint, options: NodeProtocolOptions): NodeRequestHandler {
  const http1 = http1Listener(endpoint, options);
  const http2 = http2Listener(endpoint, options);
  return (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => {
    (request.httpVersionMajor >= 2 ? http2 : http1)(request, response);
  };
}

function http2Listener(endpoint: Endpoint, options: NodeProtocolOptions): RequestListener {
  const { bidirectional = true } = options;
  return requestListener(endpoint, bidirectional ? "BIDI_STREAM" : "REQUEST_RESPONSE");
}

function http1Listener(
  endpoint: Endpoint,
  { bidirectional = false }: NodeProtocolOptions,
): RequestListener {
  return http2Listener(endpoint, { bidirectional });
}
