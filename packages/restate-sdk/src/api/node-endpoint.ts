/** What an endpoint on Node.js adds: ways to listen. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { EndpointOptions, RestateEndpointBase } from "./endpoint.js";

/** How a request handler talks to the server. */
export interface NodeProtocolOptions {
  /**
   * Whether an attempt reads its request while it writes its response. If not, Restate starts a new
   * attempt whenever something the handler waits for has arrived. Default: yes over HTTP/2, no over
   * HTTP/1.1, where proxies tend to buffer.
   */
  bidirectional?: boolean;
}

/** Options of `createEndpointHandler`. */
export interface NodeEndpointOptions extends EndpointOptions, NodeProtocolOptions {}

/** Options of `serve`. */
export interface ServeOptions extends EndpointOptions {
  /**
   * The port to listen on; 0 for any that is free. Default: the environment variable `PORT`, and
   * without that 9080.
   */
  port?: number;

  /**
   * When and how the server closes. Default: it serves until the process ends.
   *
   * @example
   * ```ts
   * const stop = new AbortController();
   * process.once("SIGTERM", () => stop.abort());
   * await serve({ services: [greeter], shutdown: { signal: stop.signal, graceMs: 10_000 } });
   * ```
   */
  shutdown?: ShutdownOptions;
}

/** When and how a server closes. */
export interface ShutdownOptions {
  /**
   * Aborting it starts the shutdown: the server accepts no new connections, attempts that are
   * running finish or suspend, and Restate is told to go elsewhere once a connection has none left.
   */
  signal: AbortSignal;
  /**
   * How long attempts may go on, in milliseconds, before their connections are cut. Restate then
   * retries them elsewhere, or here after a restart. Default: 30,000.
   */
  graceMs?: number;
  /** Called when the server is closed. */
  onClosed?: () => void;
}

/**
 * A handler for the servers of `node:http` and `node:http2`; which of them a request came from is
 * seen by itself.
 */
export interface NodeRequestHandler {
  (request: IncomingMessage, response: ServerResponse): void;
  (request: Http2ServerRequest, response: Http2ServerResponse): void;
}

/**
 * An endpoint under construction that can be served on Node.js.
 *
 * @example
 * ```ts
 * await endpoint().bind(greeter).listen(9080);
 * ```
 */
export interface RestateEndpoint extends RestateEndpointBase<RestateEndpoint> {
  /**
   * Starts an HTTP/2 server, without TLS, and resolves to its port once it listens; rejects if it
   * cannot. See {@link ServeOptions.port}. To control the server yourself, create it with {@link
   * http2Handler}.
   */
  listen(port?: number): Promise<number>;

  /**
   * A handler for an HTTP/2 server.
   *
   * @example
   * ```ts
   * http2.createServer(endpoint().bind(greeter).http2Handler()).listen(9080);
   * ```
   */
  http2Handler(
    options?: NodeProtocolOptions,
  ): (request: Http2ServerRequest, response: Http2ServerResponse) => void;

  /** A handler for an HTTP/1.1 server. */
  http1Handler(
    options?: NodeProtocolOptions,
  ): (request: IncomingMessage, response: ServerResponse) => void;

  /**
   * A handler for a server that speaks both, such as `http2.createSecureServer({ allowHTTP1: true
   * })`.
   */
  handler(options?: NodeProtocolOptions): NodeRequestHandler;
}
