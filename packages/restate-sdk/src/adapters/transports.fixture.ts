/** Real servers and clients on port 0 for the tests of the Node adapter, all behind one interface. */
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo, Server } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { AttemptOutput, EndpointRequest, EndpointResponse } from "../endpoint/types.js";
import type { ExchangeOptions } from "./exchange-options.js";
import { createHttp2Server } from "./node-server.js";
import { onRequest, onStream, type RequestListener, type StreamListener } from "./node-http.js";

/** Serves requests given either as the objects of a request event or as an HTTP/2 stream. */
export interface NodeHandler {
  readonly onRequest: RequestListener;
  readonly onStream: StreamListener;
}

/** A request in flight. */
export interface ClientRequest {
  readonly body: Writable;
  readonly head: Promise<{ readonly status: number; readonly headers: Record<string, unknown> }>;
  /** What has been received so far. */
  received(): string;
  /** Resolves when `text` has been received. */
  receive(text: string): Promise<void>;
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  /** Stops and starts reading the response. */
  readonly response: Promise<Readable>;
  /** Cuts the request off. */
  reset(): void;
}

export interface Transport {
  readonly name: string;
  serve(handler: NodeHandler): Promise<TestServer>;
}

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  request(path: string, headers?: Record<string, string>): ClientRequest;
}

const http2Client = (server: http2.Http2Server): Promise<TestServer> =>
  started(server, (port) => {
    // The client is not what is tested: it may take as much as it likes.
    const session = http2.connect(`http://localhost:${port}`, { maxSessionMemory: 1024 });
    session.on("error", () => undefined);
    return {
      request(path, headers) {
        const stream = session.request(
          { ":method": "POST", ":path": path, ...headers },
          { endStream: false },
        );
        const head = once<http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader>(
          stream,
          "response",
        );
        return clientRequest({
          body: stream,
          head: head.then((received) => ({ status: received[":status"] ?? 0, headers: received })),
          response: Promise.resolve(stream),
          reset: () => void stream.destroy(new Error("test")),
        });
      },
      close: () => session.destroy(),
    };
  });

const http1Client = (server: http.Server): Promise<TestServer> =>
  started(server, (port) => {
    const agent = new http.Agent();
    return {
      request(path, headers = {}) {
        const request = http.request({ port, path, method: "POST", headers, agent });
        request.flushHeaders();
        const response = once<http.IncomingMessage>(request, "response");
        return clientRequest({
          body: request,
          head: response.then(({ statusCode = 0, headers: received }) => ({
            status: statusCode,
            headers: received,
          })),
          response,
          reset: () => void request.destroy(),
        });
      },
      close: () => agent.destroy(),
    };
  });

export const http2Streams: Transport = {
  name: "HTTP/2, stream events",
  serve(handler) {
    return http2Client(createHttp2Server(handler.onStream));
  },
};

export const http2Requests: Transport = {
  name: "HTTP/2, request objects",
  serve: (handler) => http2Client(http2.createServer(handler.onRequest)),
};

export const http1Requests: Transport = {
  name: "HTTP/1.1",
  serve: (handler) => http1Client(http.createServer(handler.onRequest)),
};

export const transports = [http2Streams, http2Requests, http1Requests];

/** What an attempt went through, in order, with handles to play its part. */
export interface RecordedAttempt {
  readonly request: EndpointRequest;
  readonly output: AttemptOutput;
  readonly events: string[];
  /** Resolves when `event` has happened; events of data are written `data:<text>`. */
  until(event: string): Promise<void>;
}

/** A handler that answers with an attempt whose part the test plays. */
export function scripted(
  options: Partial<ExchangeOptions> & { readonly onEvent?: (event: string) => void } = {},
) {
  const attempts: RecordedAttempt[] = [];
  const waiting: ((attempt: RecordedAttempt) => void)[] = [];
  const errors: unknown[] = [];
  const respond = (request: EndpointRequest): EndpointResponse => ({
    kind: "stream",
    status: 200,
    headers: { "content-type": "test/stream" },
    start(output) {
      const events: string[] = [];
      const listeners = new Map<string, () => void>();
      const happened = (event: string): void => {
        events.push(event);
        listeners.get(event)?.();
        options.onEvent?.(event);
      };
      const attempt: RecordedAttempt = {
        request,
        output,
        events,
        until: (event) =>
          events.includes(event)
            ? Promise.resolve()
            : new Promise((resolve) => listeners.set(event, resolve)),
      };
      attempts.push(attempt);
      waiting.shift()?.(attempt);
      return {
        onData: (chunk) => happened(`data:${Buffer.from(chunk).toString()}`),
        onInputEnd: () => happened("end"),
        onDrain: () => happened("drain"),
        onShutdown: () => happened("shutdown"),
        onAbort: () => happened("abort"),
      };
    },
  });
  return {
    respond,
    errors,
    handler: (
      answer: (
        request: EndpointRequest,
      ) => ReturnType<typeof respond> | Promise<EndpointResponse> = respond,
    ): NodeHandler => {
      const exchange = {
        requestResponse: false,
        onUnexpectedError: (error: unknown) => void errors.push(error),
        ...options,
      };
      return { onRequest: onRequest(answer, exchange), onStream: onStream(answer, exchange) };
    },
    /** The attempts so far, or the next one. */
    attempts,
    attempt: (): Promise<RecordedAttempt> => {
      const [attempt] = attempts;
      return attempt ? Promise.resolve(attempt) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Lets everything that is under way on the loopback interface arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface Client {
  request(path: string, headers?: Record<string, string>): ClientRequest;
  close(): void;
}

async function started(server: Server, connect: (port: number) => Client): Promise<TestServer> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect(port);
  return {
    port,
    request: (path, headers) => client.request(path, headers),
    async [Symbol.asyncDispose]() {
      client.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function clientRequest(
  parts: Pick<ClientRequest, "body" | "head" | "response" | "reset">,
): ClientRequest {
  let text = "";
  let ended = false;
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const waiter of waiters) waiter();
  };
  parts.body.on("error", () => undefined);
  parts.head.catch(() => undefined);
  const done = parts.response.then(
    (response) =>
      new Promise<void>((resolve) => {
        response.on("error", () => undefined);
        response.on("data", (chunk: Uint8Array) => {
          text += Buffer.from(chunk).toString();
          wake();
        });
        response.on("end", () => {
          ended = true;
          resolve();
        });
      }),
  );
  done.catch(() => undefined);
  return {
    ...parts,
    received: () => text,
    receive: (expected) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (text.includes(expected)) resolve();
        };
        waiters.add(check);
        check();
      }),
    ended: done,
    hasEnded: () => ended,
  };
}

function once<T>(emitter: NodeJS.EventEmitter, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    emitter.once(event, resolve);
    emitter.once("error", reject);
  });
}
