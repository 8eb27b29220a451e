import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import * as net from "node:net";
import * as tls from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import type { RequestListener } from "./node-http.js";
import { closeGracefully } from "./node-shutdown.js";
import { bytes, scripted, settle } from "./transports.fixture.js";

/** TLS with a key that both sides know needs no certificate. */
const psk = Buffer.alloc(32, 1);
const serverTls = { ciphers: "PSK", pskCallback: () => psk };
const clientTls = {
  ciphers: "PSK",
  pskCallback: () => ({ psk, identity: "test" }),
  checkServerIdentity: () => undefined,
};

type AnyServer = Parameters<typeof closeGracefully>[0];

const overHttp2: [string, (listener: RequestListener) => AnyServer][] = [
  ["http2", (listener) => http2.createServer(listener)],
  ["http2 with TLS", (listener) => http2.createSecureServer(serverTls, listener)],
  [
    "http2 with TLS and HTTP/1.1",
    (listener) => http2.createSecureServer({ ...serverTls, allowHTTP1: true }, listener),
  ],
];

const overHttp1: [string, (listener: RequestListener) => AnyServer][] = [
  ["http", (listener) => http.createServer(listener)],
  ["https", (listener) => https.createServer(serverTls, listener)],
  ["http2 with TLS and HTTP/1.1", overHttp2[2]?.[1] as never],
];

/** Everything a test has opened; closed when it is over. */
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

describe.each(overHttp2)("attempts over HTTP/2 on %s", (_name, create) => {
  test("go on to their end, and only then the client is told to go away", async () => {
    const { script, connect, stop, done, isClosed } = await start(create);
    const session = connect();
    const stream = session.request({ ":method": "POST" });
    stream.write("x");
    const attempt = await script.attempt();
    await attempt.until("data:x");
    let isToldToGo = false;
    session.once("goaway", () => (isToldToGo = true));
    stop.abort();
    await attempt.until("shutdown");
    await settle();
    expect([isToldToGo, isClosed()]).toEqual([false, false]);

    attempt.output.write(bytes("result"));
    attempt.output.end();
    stream.end();
    expect(await textOf(stream)).toBe("result");
    await done;
    expect(attempt.events).not.toContain("abort");
    expect([isToldToGo, isClosed()]).toEqual([true, true]);
  });

  test("that come in while others run are taken, and asked to suspend", async () => {
    const { script, connect, stop, done } = await start(create);
    const session = connect();
    const early = session.request({ ":method": "POST" });
    const attempt = await script.attempt();
    stop.abort();
    await attempt.until("shutdown");

    const late = session.request({ ":method": "POST" });
    await settle();
    attempt.output.end();
    early.end();
    await textOf(early);
    await settle();
    const lateAttempt = script.attempts[1];
    expect(lateAttempt?.events).toEqual(["shutdown"]);
    lateAttempt?.output.write(bytes("late"));
    lateAttempt?.output.end();
    late.end();
    expect(await textOf(late)).toBe("late");
    await done;
  });

  test("are cut off when they take longer than the grace period", async () => {
    const { script, connect, stop, done } = await start(create, { graceMs: 10 });
    const stream = connect().request({ ":method": "POST" });
    stream.on("error", () => undefined);
    stream.write("x");
    const attempt = await script.attempt();
    stop.abort();
    await done;
    await attempt.until("abort");
  });

  test("idle connections are closed at once", async () => {
    const { connect, stop, done } = await start(create);
    await once(connect(), "remoteSettings");
    stop.abort();
    await done;
  });

  test("nobody can connect any more", async () => {
    const { connect, stop, done } = await start(create);
    stop.abort();
    await done;
    const [error] = (await once(connect(), "error")) as unknown[];
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });
});

test("a client whose handshake ends during the shutdown is told to go away", async () => {
  const { server, port, stop, done } = await start((listener) =>
    http2.createSecureServer(serverTls, listener),
  );
  const socket = net.connect(port, "localhost");
  await once(server, "connection");
  stop.abort();
  const session = http2.connect("https://localhost", {
    createConnection: () => tls.connect({ ...clientTls, socket, ALPNProtocols: ["h2"] }),
  });
  await once(session, "goaway");
  await done;
});

describe.each(overHttp1)("attempts over HTTP/1.1 on %s", (_name, create) => {
  test("go on to their end, and the connections that were kept do not", async () => {
    const { script, post, stop, done } = await start(create, { requestResponse: true });
    const response = post("x");
    const attempt = await script.attempt();
    await attempt.until("end");
    stop.abort();
    await attempt.until("shutdown");
    attempt.output.write(bytes("result"));
    attempt.output.end();
    expect(await response).toBe("result");
    await done;
  });

  test("connections that are idle when the shutdown begins are closed at once", async () => {
    const { script, post, stop, done } = await start(create, { requestResponse: true });
    const response = post("x");
    (await script.attempt()).output.end();
    await response;
    await settle();
    stop.abort();
    await done;
  });
});

test("a signal that is aborted early closes the server when it listens", async () => {
  const server = http2.createServer();
  const done = closeGracefully(server, { signal: AbortSignal.abort() });
  server.listen(0);
  await done;
  expect(server.listening).toBe(false);
});

interface StartOptions {
  readonly graceMs?: number;
  readonly requestResponse?: boolean;
}

async function start(
  create: (listener: RequestListener) => AnyServer,
  { graceMs = 60_000, requestResponse = false }: StartOptions = {},
) {
  const script = scripted({ requestResponse });
  const server = create(script.handler().onRequest);
  const stop = new AbortController();
  let closed = false;
  const done = closeGracefully(server, {
    signal: stop.signal,
    graceMs,
    onClosed: () => (closed = true),
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  open.push(() => stop.abort());
  const { port } = server.address() as net.AddressInfo;
  const isSecure = server instanceof tls.Server;
  return {
    script,
    server,
    port,
    stop,
    done,
    isClosed: () => closed,
    connect() {
      const session = http2.connect(
        `${isSecure ? "https" : "http"}://localhost:${port}`,
        clientTls,
      );
      session.on("error", () => undefined);
      open.push(() => session.destroy());
      return session;
    },
    /** Keeps the connection. */
    async post(body: string): Promise<string> {
      const agent = new (isSecure ? https : http).Agent({ ...clientTls, keepAlive: true });
      open.push(() => agent.destroy());
      const request = (isSecure ? https : http).request({ port, method: "POST", agent });
      request.end(body);
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      return textOf(response);
    },
  };
}

async function textOf(stream: http.IncomingMessage | http2.ClientHttp2Stream): Promise<string> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
  return text;
}
