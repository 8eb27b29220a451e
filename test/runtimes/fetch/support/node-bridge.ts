/** Serves a fetch handler with the servers of Node, as the adapters of web frameworks do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest } from "node:http2";
import type { Http2ServerResponse, ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { Readable, Writable } from "node:stream";

export type FetchHandler = (request: Request, ...extraArgs: unknown[]) => Promise<Response>;

export interface Bridge {
  readonly url: string;
  /** What went wrong between the handler and the socket, other than lost connections. */
  readonly errors: readonly unknown[];
  cutConnections(): void;
  close(): Promise<void>;
}

export async function serveFetch(
  handler: FetchHandler,
  protocol: "HTTP/1.1" | "HTTP/2",
): Promise<Bridge> {
  const errors: unknown[] = [];
  const listener = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void => {
    exchange(handler, request, response).catch((error: unknown) => errors.push(error));
  };
  const server = protocol === "HTTP/2" ? createHttp2Server(listener) : createServer(listener);
  const open = new Set<Socket | ServerHttp2Session>();
  for (const event of ["connection", "session"]) {
    server.on(event, (it: Socket | ServerHttp2Session) => {
      open.add(it);
      it.once("close", () => open.delete(it));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cutConnections = (): void => {
    for (const it of open) it.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    errors,
    cutConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutConnections();
      }),
  };
}

async function exchange(
  handler: FetchHandler,
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort(new Error("the client is gone")));
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    name.startsWith(":") ? [] : [[name, String(value)] as [string, string]],
  );
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const init = {
    method: incoming.method ?? "GET",
    headers,
    signal: gone.signal,
    duplex: "half",
    body: hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null,
  };
  const response = await handler(new Request(`http://host${incoming.url ?? "/"}`, init));
  const { writeHead, flushHeaders } = outgoing as ServerResponse;
  writeHead.call(outgoing, response.status, Object.fromEntries(response.headers));
  flushHeaders.call(outgoing);
  const body = response.body ?? new ReadableStream({ start: (it) => it.close() });
  // The body breaks off when the client does; that is no error of the bridge.
  await body.pipeTo(Writable.toWeb(outgoing as Writable)).catch((error: unknown) => {
    if (!gone.signal.aborted) throw error;
  });
}
