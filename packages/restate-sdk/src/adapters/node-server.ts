/** The HTTP/2 server behind `serve` and `listen`. */
import * as http2 from "node:http2";
import type { Socket } from "node:net";
import type { ShutdownOptions } from "../api/node-endpoint.js";
import type { Endpoint } from "../endpoint/endpoint.js";
import { createNodeHandler } from "./node-http.js";
import { closeGracefully } from "./node-shutdown.js";

export interface ListenOptions {
  /** Default: the environment variable PORT, and without that 9080. */
  readonly port?: number | undefined;
  readonly shutdown?: ShutdownOptions | undefined;
}

/** Resolves to the port; rejects if it cannot be listened to. */
export function listen(endpoint: Endpoint, { port, shutdown }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    shutdown?.signal.throwIfAborted();
    const server = createServer(endpoint);
    if (shutdown !== undefined) void closeGracefully(server, shutdown);
    server.once("error", reject);
    server.listen(port ?? portFromEnvironment(), () => {
      server.off("error", reject);
      const bound = portOf(server);
      endpoint.log.info(`Restate SDK started listening on ${bound}...`);
      resolve(bound);
    });
  });
}

/** Every attempt is a stream, and Restate multiplexes them over few connections. */
const SETTINGS = {
  maxConcurrentStreams: 2 ** 31 - 1,
  /** A replay may be long; with the default of 64 KiB it would wait for a round trip every so often. */
  initialWindowSize: 1024 * 1024,
} as const;

/** What all streams of a connection may receive together before we have read it. */
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;

/** Node refuses streams when a connection's streams use more than this, by default 10 MB. */
const MAX_CONNECTION_MEMORY_MB = 1024;

function createServer(endpoint: Endpoint): http2.Http2Server {
  const handler = createNodeHandler(endpoint, "BIDI_STREAM");
  const server = http2.createServer({
    settings: SETTINGS,
    maxSessionMemory: MAX_CONNECTION_MEMORY_MB,
  });
  server.on("stream", (stream, headers) => {
    handler.onStream(stream, headers);
  });
  server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  server.on("session", (session) => {
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  });
  return server;
}

function portFromEnvironment(): number {
  const value = process.env["PORT"];
  if (value === undefined || value === "") return 9080;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TypeError(
    `The environment variable PORT is ${JSON.stringify(value)}, which is no port`,
  );
}

function portOf(server: http2.Http2Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("The server does not listen on a port");
  }
  return address.port;
}
