/** Request handlers for Node's HTTP/1.1 and HTTP/2 servers. */
import type {
  Http2ServerRequest,
  Http2ServerResponse,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Endpoint } from "../endpoint/endpoint.js";
import {
  createRequestHandler,
  type ProtocolMode,
  type RequestHandler,
} from "../endpoint/handle.js";
import { exchangeOptions, type ExchangeOptions } from "./exchange-options.js";
import { runExchange, type Exchange } from "./exchange.js";
import type { Connection } from "./open-attempts.js";
import { sendHead } from "./http2-head.js";

type NodeRequest = IncomingMessage | Http2ServerRequest;
type NodeResponse = ServerResponse | Http2ServerResponse;

export type RequestListener = (request: NodeRequest, response: NodeResponse) => void;

/** Serves the objects of a request event, of either HTTP version. */
export function requestListener(endpoint: Endpoint, protocolMode: ProtocolMode): RequestListener {
  const handle = createRequestHandler(endpoint, { protocolMode });
  return onRequest(handle, exchangeOptions(endpoint, protocolMode));
}

export type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Serves HTTP/2 streams in both directions at once. */
export function streamListener(endpoint: Endpoint): StreamListener {
  const protocolMode = "BIDI_STREAM";
  const handle = createRequestHandler(endpoint, { protocolMode });
  return onStream(handle, exchangeOptions(endpoint, protocolMode));
}

export function onRequest(handle: RequestHandler, options: ExchangeOptions): RequestListener {
  return (request, response) => {
    const exchange =
      request.httpVersionMajor >= 2 && "stream" in response
        ? new StreamExchange(response.stream, options, presetOf(response))
        : messageExchange(request, response as ServerResponse, options);
    const { url = "/", headers } = request;
    runExchange(exchange, handle({ url, headers, extraArgs: [] }));
  };
}

export function onStream(handle: RequestHandler, options: ExchangeOptions): StreamListener {
  return (stream, headers) => {
    const url = headers[":path"] ?? "/";
    runExchange(new StreamExchange(stream, options), handle({ url, headers, extraArgs: [] }));
  };
}

function presetOf(response: Http2ServerResponse): OutgoingHttpHeaders | undefined {
  return response.getHeaderNames().length > 0 ? response.getHeaders() : undefined;
}

/** Works on the stream below the request and response objects, whose events and copies cost more than the attempt's. */
class StreamExchange implements Exchange {
  // Declared only, since every field that is emitted is paid for at each start.
  declare readonly options: ExchangeOptions;
  declare readonly connection: Connection | undefined;
  declare readonly input: ServerHttp2Stream;
  declare readonly output: ServerHttp2Stream;
  /** What somebody in front of us, such as a framework, has put on the response. */
  declare readonly preset: OutgoingHttpHeaders | undefined;

  constructor(stream: ServerHttp2Stream, options: ExchangeOptions, preset?: OutgoingHttpHeaders) {
    this.options = options;
    this.connection = stream.session;
    this.input = this.output = stream;
    this.preset = preset;
  }

  writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    const { output, preset } = this;
    if (preset) output.respond({ ...preset, ...headers, ":status": status });
    else sendHead(output, status, headers);
  }
}

function messageExchange(
  request: NodeRequest,
  response: ServerResponse,
  options: ExchangeOptions,
): Exchange {
  return {
    options,
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
