/** Request handlers for Node's HTTP/1.1 and HTTP/2 servers. */
import type {
  Http2ServerRequest,
  Http2ServerResponse,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Endpoint } from "../endpoint/endpoint.js";
import {
  createRequestHandler,
  type ProtocolMode,
  type RequestHandler,
} from "../endpoint/handle.js";
import { runExchange, type Exchange } from "./exchange.js";

type NodeRequest = IncomingMessage | Http2ServerRequest;
type NodeResponse = ServerResponse | Http2ServerResponse;

/** Serves the requests of one protocol mode, given either as the objects of a request event or as an HTTP/2 stream. */
export interface NodeHandler {
  readonly onRequest: (request: NodeRequest, response: NodeResponse) => void;
  readonly onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
}

/** The handler of an endpoint. */
export function createNodeHandler(endpoint: Endpoint, protocolMode: ProtocolMode): NodeHandler {
  return adaptToNode(createRequestHandler(endpoint, { protocolMode }), {
    requestResponse: protocolMode === "REQUEST_RESPONSE",
    onUnexpectedError(error) {
      endpoint.log.error("Unexpected error while serving a request:", error);
    },
  });
}

export type ExchangeOptions = Pick<Exchange, "requestResponse" | "onUnexpectedError">;

export function adaptToNode(handle: RequestHandler, options: ExchangeOptions): NodeHandler {
  return {
    onRequest(request, response) {
      const exchange =
        request.httpVersionMajor >= 2 && "stream" in response
          ? streamExchange(response.stream, options, presetHeaders(response))
          : messageExchange(request, response as ServerResponse, options);
      run(handle, exchange, { url: request.url ?? "/", headers: request.headers });
    },
    onStream(stream, headers) {
      const url = headers[":path"] ?? "/";
      run(handle, streamExchange(stream, options, undefined), { url, headers });
    },
  };
}

function run(
  handle: RequestHandler,
  exchange: Exchange,
  { url, headers }: { readonly url: string; readonly headers: IncomingHttpHeaders },
): void {
  runExchange(exchange, handle({ url, headers, extraArgs: [] }));
}

/** Works on the stream below the request and response objects, whose events and copies cost more than the attempt's. */
function streamExchange(
  stream: ServerHttp2Stream,
  options: ExchangeOptions,
  preset: Readonly<Record<string, unknown>> | undefined,
): Exchange {
  return {
    ...options,
    connection: stream.session,
    input: stream,
    output: stream,
    writeHead(status, headers) {
      stream.respond({ ...preset, ...headers, ":status": status });
    },
    flushHead() {
      // HTTP/2 has not held it back.
    },
  };
}

function messageExchange(
  request: NodeRequest,
  response: ServerResponse,
  options: ExchangeOptions,
): Exchange {
  return {
    ...options,
    connection: request.socket,
    input: request,
    output: response,
    writeHead(status, headers) {
      response.writeHead(status, headers);
    },
    flushHead() {
      response.flushHeaders();
    },
  };
}

/** What somebody in front of us, such as a framework, has put on the response. */
function presetHeaders(response: Http2ServerResponse): Record<string, unknown> | undefined {
  return response.getHeaderNames().length > 0 ? response.getHeaders() : undefined;
}
