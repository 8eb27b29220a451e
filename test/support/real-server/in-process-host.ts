/** Serves an SDK's Node.js request handler in this process, on a free port. */
import {
  createServer as createHttp1Server,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";

/** What `restate.createEndpointHandler` returns. */
export interface EndpointHandler {
  (request: IncomingMessage, response: ServerResponse): void;
  (request: Http2ServerRequest, response: Http2ServerResponse): void;
}

export interface HostOptions {
  readonly handler: EndpointHandler;
  /** Speak HTTP/1.1 instead of HTTP/2. */
  readonly http1?: boolean;
  /** Default 0: any free port. */
  readonly port?: number;
}

export interface InProcessHost {
  readonly url: string;
  readonly port: number;
  /** Cuts all connections, as a network failure would, and goes on accepting new ones. */
  cutConnections(): void;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

export async function serveInProcess({
  handler,
  http1 = false,
  port = 0,
}: HostOptions): Promise<InProcessHost> {
  const server = http1 ? createHttp1Server(handler) : createHttp2Server(handler);
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const cutConnections = (): void => {
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    cutConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutConnections();
      }),
  };
}
