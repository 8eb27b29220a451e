/** Closes Node servers without cutting off the attempts that run on them. */
import type { Server as HttpServer, ServerResponse } from "node:http";
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import { drainAttempts } from "./open-attempts.js";
import type { ShutdownOptions } from "../api/node-endpoint.js";

type NodeServer = Http2Server | Http2SecureServer | HttpServer | HttpsServer;

const DEFAULT_GRACE_MS = 30_000;

/**
 * Closes a server of your own when `signal` is aborted: it accepts no new connections, asks the attempts that are
 * running to suspend as soon as they wait for something, closes each connection that has none left, and after `graceMs`
 * cuts off the rest. What has suspended goes on wherever Restate invokes it next.
 *
 * Call it before the server listens. For `serve` there is the option `shutdown`.
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
  { signal, graceMs = DEFAULT_GRACE_MS, onClosed }: ShutdownOptions,
): Promise<void> {
  const sessions = openOnes<ServerHttp2Session>(server, "session");
  const sockets = openOnes<Socket>(server, "connection");
  return new Promise((resolve) => {
    let cutOff: NodeJS.Timeout | undefined;
    const shutDown = (): void => {
      if (!server.listening) {
        server.once("listening", shutDown);
        return;
      }
      server.close();
      for (const session of sessions) drainAttempts(session, () => session.close());
      // Node closes sockets that are idle.
      for (const socket of sockets) drainAttempts(socket, () => undefined);
      cutOff = setTimeout(() => {
        for (const connection of [...sessions, ...sockets]) connection.destroy();
      }, graceMs);
    };
    server.once("close", () => {
      clearTimeout(cutOff);
      signal.removeEventListener("abort", shutDown);
      onClosed?.();
      resolve();
    });
    if (signal.aborted) shutDown();
    else signal.addEventListener("abort", shutDown, { once: true });
  });
}

/** The objects that `event` has announced and that have not closed since. */
function openOnes<T extends ServerHttp2Session | Socket>(
  server: NodeServer,
  event: "session" | "connection",
): ReadonlySet<T> {
  const open = new Set<T>();
  server.on(event, (value: T) => {
    open.add(value);
    value.once("close", () => open.delete(value));
  });
  return open;
}

/** HTTP/1.1 connections that become idle during the shutdown would be kept for further requests. */
function dropKeptAlive(server: NodeServer, signal: AbortSignal): void {
  if (!("closeIdleConnections" in server)) return;
  server.on("request", (_request: unknown, response: ServerResponse) => {
    response.once("close", () => {
      // The connection counts as idle only after this event.
      if (signal.aborted) setImmediate(() => server.closeIdleConnections());
    });
  });
}
