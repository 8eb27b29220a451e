/** The server that the test kit plays, in real time and behind a port, so that curl reaches it too. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { EndpointOptions } from "@restatedev/restate-sdk";
import { createTestEnvironment, type TestEnvironment } from "@restatedev/restate-sdk-testing";

export interface ServerInProcess {
  /** Of the ingress. */
  readonly url: string;
  /** Serves and registers another deployment. */
  deploy(endpoint: EndpointOptions): Promise<void>;
  close(): Promise<void>;
}

export async function startServerInProcess(endpoint: EndpointOptions): Promise<ServerInProcess> {
  const environment = await createTestEnvironment({ clock: "real" });
  await environment.deploy(endpoint);
  const server = createServer((request, response) => void answer(environment, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    deploy: (endpoint) => environment.deploy(endpoint),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await environment.dispose();
    },
  };
}

async function answer(
  environment: TestEnvironment,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const body = method === "GET" || method === "HEAD" ? null : await buffer(request);
  const target = new URL(url, environment.url);
  const answered = await environment.fetch(new Request(target, { method, headers, body }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(new Uint8Array(await answered.arrayBuffer()));
}
