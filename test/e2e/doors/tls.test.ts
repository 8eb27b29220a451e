/** TLS: one port for HTTP/1.1 and HTTP/2, and the server chooses by ALPN. */
import { connect as connectHttp2 } from "node:http2";
import { request as requestHttp1 } from "node:https";
import { connect as connectTls } from "node:tls";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import type { Door } from "../support/door.js";
import { quietUnlessAsked } from "../support/world.js";
import { serveTls, type TlsHost } from "./support/tls.js";

const tls =
  ({ useHttp11 }: { readonly useHttp11: boolean }): Door =>
  async (options) => {
    const host = await serveTls(restate.createEndpointHandler(options));
    return { ...host, register: (admin) => admin.register(host.url, { useHttp11 }) };
  };

runBehaviours(allBehaviours, { name: "TLS", door: tls({ useHttp11: false }) });
runBehaviours(allBehaviours, { name: "TLS, HTTP/1.1", door: tls({ useHttp11: true }) });

describe("one port with TLS", () => {
  const accept = "application/vnd.restate.endpointmanifest.v4+json";
  const greeter = restate.service({
    name: "TlsGreeter",
    handlers: { greet: async (_ctx: restate.Context, name: string) => `Hello ${name}` },
  });
  let host: TlsHost;

  beforeAll(async () => {
    const options = { services: [greeter], ...quietUnlessAsked() };
    host = await serveTls(restate.createEndpointHandler(options));
  });

  afterAll(() => host.close());

  it.each([
    [["h2", "http/1.1"], "h2"],
    [["http/1.1"], "http/1.1"],
    [[], false],
  ] as const)("of the protocols %j it chooses %s", async (offered, chosen) => {
    const socket = connectTls({
      port: host.port,
      host: "localhost",
      ca: host.ca,
      ...(offered.length > 0 && { ALPNProtocols: [...offered] }),
    });
    await new Promise((resolve, reject) => {
      socket.once("secureConnect", resolve).once("error", reject);
    });
    expect(socket.alpnProtocol).toBe(chosen);
    socket.destroy();
  });

  it("tells each protocol's clients how attempts go", async () => {
    expect(await manifestOverHttp2()).toMatchObject({ protocolMode: "BIDI_STREAM" });
    expect(await manifestOverHttp1()).toMatchObject({ protocolMode: "REQUEST_RESPONSE" });
  });

  async function manifestOverHttp2(): Promise<unknown> {
    const session = connectHttp2(host.url, { ca: host.ca });
    try {
      const stream = session.request({ ":path": "/discover", accept });
      return JSON.parse(await textOf(stream));
    } finally {
      session.destroy();
    }
  }

  async function manifestOverHttp1(): Promise<unknown> {
    const url = `${host.url}/discover`;
    return new Promise((resolve, reject) => {
      requestHttp1(url, { ca: host.ca, headers: { accept }, agent: false }, (response) => {
        textOf(response).then((text) => resolve(JSON.parse(text)), reject);
      })
        .on("error", reject)
        .end();
    });
  }

  async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text;
  }
});
