/** Serves the services under test to the server. */
import { createServer, type Http2Server, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";

import { createEndpointHandler, type EndpointOptions } from "@restatedev/restate-sdk";

/** @param host the interface to listen on; without it all of them, as a container needs it */
export async function serveServices(options: EndpointOptions, host?: string): Promise<Http2Server> {
  const server = createServer(createEndpointHandler(options));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, ...(host !== undefined && { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  trackSessions(server);
  return server;
}

export function portOf(server: Http2Server): number {
  return (server.address() as AddressInfo).port;
}

/** Closes the server and cuts the connections it still has. */
export async function closeServer(server: Http2Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const session of sessions.get(server) ?? []) session.destroy();
  await closed;
}

const sessions = new WeakMap<Http2Server, Set<Http2Session>>();

function trackSessions(server: Http2Server): void {
  const open = new Set<Http2Session>();
  sessions.set(server, open);
  server.on("session", (session) => {
    open.add(session);
    session.once("close", () => open.delete(session));
  });
}
