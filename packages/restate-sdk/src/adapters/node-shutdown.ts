/** Closes Node servers without cutting off the attempts that run on them. */
import type { Server as HttpServer, ServerResponse } from "node:http";
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { Server, type Socket } from "node:net";
import { drainAttempts } from "./open-attempts.js";
import type { ShutdownOptions } from "../api/node-endpoint.js";

type NodeServer = Http2Server | Http2SecureServer | HttpServer | HttpsServer;
type NodeConnection = ServerHttp2Session | Socket;

/**
 * Closes a server of your own when `signal` is aborted: it accepts no new connections, asks the attempts that are
 * running to suspend as soon as they wait for something, closes each connection that has none left, and after `graceMs`
 * cuts off the rest. What has suspended goes on wherever Restate invokes it next.
 *
 * Call it before the server listens, and leave `server.close()` alone: since Node 24 it makes Restate cut off attempts that
 * are running. For `serve` there is the option `shutdown`.
 *
 * @returns a promise that resolves when the server is closed, for whatever reason, and never rejects
 *
 * @example
 * ```ts
 * const server = http2.createSecureServer({ key, cert }, createEndpointHandler({ services: [greeter] }));
 * const stop = new AbortController();
 * process.once("SIGTERM", () => stop.abort());
 * void closeGracefully(server, { signal: stop.signal, graceMs: 10_000 }).then(() => pool.end());
 * server.listen(9080);
 * ```
 */
export function closeGracefully(server: NodeServer, options: ShutdownOptions): Promise<void> {
  dropKeptAlive(server, options.signal);
  return drainAndClose(server, options);
}

/** Leaves out what only HTTP/1.1 needs. */
export function drainAndClose(
  server: NodeServer,
  { signal, graceMs = 30_000, onClosed }: ShutdownOptions,
): Promise<void> {
  const connections = new Set<NodeConnection>();
  let isDraining = false;
  for (const event of ["connection", "secureConnection", "session"]) {
    server.on(event, (connection: NodeConnection) => {
      connections.add(connection);
      connection.once("close", () => connections.delete(connection));
      // Clients may have connected before, and only now be done with the handshake of TLS.
      if (isDraining) drain(connection);
    });
  }
  return new Promise((resolve) => {
    let cutOff: NodeJS.Timeout | undefined;
    const shutDown = (): void => {
      if (!server.listening) {
        server.once("listening", shutDown);
        return;
      }
      isDraining = true;
      stopListening(server);
      connections.forEach(drain);
      cutOff = setTimeout(() => {
        connections.forEach((connection) => connection.destroy());
      }, graceMs);
    };
    server.once("close", () => {
      clearTimeout(cutOff);
      signal.removeEventListener("abort", shutDown);
      onClosed?.();
      resolve();
    });
    if (signal.aborted) shutDown();
    else signal.addEventListener("abort", shutDown);
  });
}

function drain(connection: NodeConnection): void {
  drainAttempts(connection, () => {
    // Node closes sockets that are idle.
    if ("goaway" in connection) connection.close();
  });
}

/**
 * Since Node 24 the `close` of HTTP/2 servers says GOAWAY to all clients, and the Restate server then cuts off the
 * attempts of the connection as soon as it wants to open another. Hence the `close` that knows of no sessions.
 */
function stopListening(server: NodeServer): void {
  if ("updateSettings" in server) Server.prototype.close.call(server);
  else server.close();
}

/** HTTP/1.1 connections that are idle during the shutdown, or become so, would be kept for further requests. */
function dropKeptAlive(server: NodeServer, signal: AbortSignal): void {
  if (!("closeIdleConnections" in server)) return;
  const drop = (): void => {
    server.closeIdleConnections();
  };
  signal.addEventListener("abort", drop, { once: true });
  server.once("close", () => {
    signal.removeEventListener("abort", drop);
  });
  server.on("request", (_request: unknown, response: ServerResponse) => {
    response.once("close", () => {
      // The connection counts as idle only after this event.
      if (signal.aborted) setImmediate(drop);
    });
  });
}
