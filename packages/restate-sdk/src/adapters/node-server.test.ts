import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { service } from "../define/service.js";
import type { RestateEndpoint } from "../api/node-endpoint.js";
import { createEndpointHandler, endpoint, serve } from "./node-endpoint.js";

const greeter = service({ name: "greeter", handlers: { greet: async () => "hi" } });
// Deprecated, and tested all the same.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const newEndpoint: () => RestateEndpoint = endpoint;
const logger = (): void => undefined;
const services = [greeter];

/** Everything a test has opened; closed when it is over. */
const open: (() => void)[] = [];

afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0)) close();
});

function stopper(): AbortController {
  const controller = new AbortController();
  open.push(() => controller.abort());
  return controller;
}

function connect(port: number): http2.ClientHttp2Session {
  const session = http2.connect(`http://localhost:${port}`);
  session.on("error", () => undefined);
  open.push(() => session.destroy());
  return session;
}

async function get(session: http2.ClientHttp2Session, path: string, headers = {}): Promise<string> {
  const stream = session.request({ ":path": path, ...headers });
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
  return text;
}

describe("serve", () => {
  test("listens on a free port with HTTP/2 and answers", async () => {
    const shutdown = { signal: stopper().signal, graceMs: 0 };
    const port = await serve({ services, port: 0, logger, shutdown });
    expect(port).toBeGreaterThan(0);
    const session = connect(port);
    expect(await get(session, "/health")).toBe("OK");
    const accept = "application/vnd.restate.endpointmanifest.v4+json";
    expect(JSON.parse(await get(session, "/discover", { accept }))).toMatchObject({
      protocolMode: "BIDI_STREAM",
      services: [{ name: "greeter" }],
    });
  });

  test("offers room for very many streams and long replays", async () => {
    const shutdown = { signal: stopper().signal, graceMs: 0 };
    const session = connect(await serve({ services, port: 0, logger, shutdown }));
    const settings = await new Promise<http2.Settings>((resolve) =>
      session.once("remoteSettings", resolve),
    );
    expect(settings.maxConcurrentStreams).toBeGreaterThan(1_000_000);
    expect(settings.initialWindowSize).toBe(1024 * 1024);
  });

  test("logs the port", async () => {
    const lines: unknown[] = [];
    const shutdown = { signal: stopper().signal, graceMs: 0 };
    const port = await serve({
      services,
      port: 0,
      logger: (_m, line) => lines.push(line),
      shutdown,
    });
    expect(lines.at(-1)).toContain(`${port}`);
  });

  test("rejects when the port is taken", async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    open.push(() => taken.close());
    const { port } = taken.address() as net.AddressInfo;
    await expect(serve({ services, port, logger })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test("rejects when it is to be closed before it is open", async () => {
    const shutdown = { signal: AbortSignal.abort(new Error("stopping")) };
    await expect(serve({ services, port: 0, logger, shutdown })).rejects.toThrow("stopping");
  });

  test("the port of the environment is used when none is given", async () => {
    vi.stubEnv("PORT", "0");
    const shutdown = { signal: stopper().signal, graceMs: 0 };
    const port = await serve({ services, logger, shutdown });
    expect(port).toBeGreaterThan(1024);
    expect(port).not.toBe(9080);
  });

  test("a port of the environment that is none is named", async () => {
    vi.stubEnv("PORT", "http");
    await expect(serve({ services, logger })).rejects.toThrow(/port.*'http'/);
  });

  test("mistakes in the options are thrown at once", () => {
    expect(() => serve({ services: [{ name: "x" }], logger })).toThrow(/Cannot bind "x"/);
  });
});

describe("createEndpointHandler", () => {
  const modeOf = async (text: Promise<string>): Promise<unknown> =>
    (JSON.parse(await text) as { protocolMode: unknown }).protocolMode;
  const accept = "application/vnd.restate.endpointmanifest.v4+json";

  async function modes(handler: ReturnType<typeof createEndpointHandler>): Promise<unknown[]> {
    const servers = [http.createServer(handler), http2.createServer(handler)];
    const [port1, port2] = await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, resolve));
        open.push(() => server.close());
        return (server.address() as net.AddressInfo).port;
      }),
    );
    const headers = { accept };
    const http1 = fetch(`http://localhost:${port1}/discover`, { headers });
    return [
      await modeOf(http1.then((response) => response.text())),
      await modeOf(get(connect(port2 ?? 0), "/discover", headers)),
    ];
  }

  test.each([
    [undefined, ["REQUEST_RESPONSE", "BIDI_STREAM"]],
    [true, ["BIDI_STREAM", "BIDI_STREAM"]],
    [false, ["REQUEST_RESPONSE", "REQUEST_RESPONSE"]],
  ])("bidirectional: %s", async (bidirectional, expected) => {
    const options = { services, logger, ...(bidirectional !== undefined && { bidirectional }) };
    expect(await modes(createEndpointHandler(options))).toEqual(expected);
    const built = newEndpoint().bind(greeter).setLogger(logger);
    expect(await modes(built.handler(options))).toEqual(expected);
  });

  test("the handlers for one version do as that version does by default", async () => {
    const built = newEndpoint().bind(greeter).setLogger(logger);
    expect(await modes(built.http1Handler() as never)).toEqual([
      "REQUEST_RESPONSE",
      "REQUEST_RESPONSE",
    ]);
    expect(await modes(built.http2Handler() as never)).toEqual(["BIDI_STREAM", "BIDI_STREAM"]);
    expect(await modes(built.http1Handler({ bidirectional: true }) as never)).toContain(
      "BIDI_STREAM",
    );
    expect(await modes(built.http2Handler({ bidirectional: false }) as never)).toContain(
      "REQUEST_RESPONSE",
    );
  });
});

test("an endpoint that was built step by step listens", async () => {
  // Nothing can close this server, so it stays until the test process ends.
  const port = await newEndpoint().bind(greeter).setLogger(logger).listen(0);
  expect(await get(connect(port), "/health")).toBe("OK");
});
