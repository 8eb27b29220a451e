/** The HTTP/2 server behind `serve` and `listen`. */
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { ShutdownOptions } from "../api/node-endpoint.js";
import type { Endpoint } from "../endpoint/endpoint.js";
import { streamListener, type StreamListener } from "./node-http.js";
import { drainAndClose } from "./node-shutdown.js";

export interface ListenOptions {
  /** Default: the environment variable PORT, and without that 9080. */
  readonly port?: number | undefined;
  readonly shutdown?: ShutdownOptions | undefined;
}

/** Resolves to the port; rejects if it cannot be listened to. */
export function listen(endpoint: Endpoint, { port, shutdown }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    shutdown?.signal.throwIfAborted();
    const server = createHttp2Server(streamListener(endpoint));
    if (shutdown) void drainAndClose(server, shutdown);
    server.once("error", reject);
    // Node takes numbers as text, too, and refuses what is no port.
    server.listen({ port: port ?? ((process.env["PORT"] || 9080) as number) }, () => {
      server.off("error", reject);
      const { port: bound } = server.address() as AddressInfo;
      endpoint.log.info(`Restate SDK started listening on ${bound}...`);
      resolve(bound);
    });
  });
}

/** What all streams of a connection may receive together before we have read it. */
const CONNECTION_WINDOW_BYTES = 2 ** 24;

/** A server that is ready for as many attempts at once as Restate sends. */
export function createHttp2Server(onStream: StreamListener): http2.Http2Server {
  return http2
    .createServer({
      settings: {
        // Every attempt is a stream, and Restate multiplexes them over few connections.
        maxConcurrentStreams: 2 ** 31 - 1,
        // A replay may be long; with the default of 64 KiB it would wait for a round trip every so often.
        initialWindowSize: 2 ** 20,
      },
      // What Node may buffer for a connection, in MB. With its default of 10, a few hundred attempts whose output the
      // server is slow to read make it reset all attempts of the connection.
      maxSessionMemory: 1024,
    })
    .on("stream", onStream)
    .on("connection", (socket: Socket) => socket.setNoDelay(true))
    .on("session", (session) => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
}
