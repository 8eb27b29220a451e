import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import type { Context } from "../api/context.js";
import type { EndpointOptions } from "../api/endpoint.js";
import { service } from "../define/service.js";
import { createSigner } from "../endpoint/identity/signing.fixture.js";
import { input, start } from "../machine/messages.fixture.js";
import { decodeMessage } from "../protocol/server/codec.js";
import { OutputBuffer } from "../protocol/encode.js";
import { FrameDecoder } from "../protocol/frame-decoder.js";
import type { Message } from "../protocol/messages.js";
import { createEndpointHandler, endpoint } from "./fetch-endpoint.js";

const quiet = { logger: () => undefined };
const seen: { extraArgs?: unknown[]; header?: unknown } = {};
const greeter = service({
  name: "Greeter",
  handlers: {
    greet: async (ctx: Context, name: string) => {
      const { extraArgs, attemptHeaders } = ctx.request();
      seen.extraArgs = extraArgs;
      seen.header = attemptHeaders.get("x-some");
      return `Hello ${name}`;
    },
  },
});

function setUp(options: Partial<EndpointOptions> & { bidirectional?: boolean } = {}) {
  return createEndpointHandler({ services: [greeter], ...quiet, ...options });
}

const get = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://host${path}`, { headers });

const DISCOVER = { accept: "application/vnd.restate.endpointmanifest.v3+json" };

async function protocolModeOf(handler: (request: Request) => Promise<Response>) {
  const response = await handler(get("/discover", DISCOVER));
  return ((await response.json()) as { protocolMode: string }).protocolMode;
}

describe("the protocol mode is announced:", () => {
  test.each([
    ["request-response by default", setUp(), "REQUEST_RESPONSE"],
    ["bidirectional if asked for", setUp({ bidirectional: true }), "BIDI_STREAM"],
    ["request-response if asked for", setUp({ bidirectional: false }), "REQUEST_RESPONSE"],
    ["request-response by the builder", built().handler().fetch, "REQUEST_RESPONSE"],
    ["bidirectional by the builder", built().bidirectional().handler().fetch, "BIDI_STREAM"],
    [
      "what the builder was told last",
      built().bidirectional().bidirectional(false).handler().fetch,
      "REQUEST_RESPONSE",
    ],
  ])("%s", async (_, handler, mode) => {
    expect(await protocolModeOf(handler)).toBe(mode);
  });
});

describe.each(["", "/restate", "/api/restate/v1"])("below the path '%s'", (prefix) => {
  test("the health is answered", async () => {
    const response = await setUp()(get(`${prefix}/health`));
    expect([response.status, await response.text()]).toEqual([200, "OK"]);
  });

  test("the services are discovered", async () => {
    const response = await setUp()(get(`${prefix}/discover`, DISCOVER));
    expect(response.headers.get("content-type")).toBe(DISCOVER.accept);
    expect(response.headers.get("x-restate-server")).toMatch(/^restate-sdk-typescript\//);
    expect(await response.json()).toMatchObject({ services: [{ name: "Greeter" }] });
  });

  test.each([true, false])("a handler is invoked (bidirectional: %s)", async (bidirectional) => {
    const response = await setUp({ bidirectional })(invocation(prefix), { env: 1 }, "context");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(V6);
    expect(await messagesOf(response)).toEqual([
      expect.objectContaining({ type: "OutputCommand" }),
      expect.objectContaining({ type: "End" }),
    ]);
    expect(seen).toEqual({ extraArgs: [{ env: 1 }, "context"], header: "a, b" });
  });
});

describe("bad requests are answered with what is wrong:", () => {
  test.each([
    ["another path", () => get("/"), 404, /Invalid path.*\/invoke/],
    ["an unknown service", () => invocation("", { service: "Nope" }), 404, /no service 'Nope'/],
    ["an unknown handler", () => invocation("", { handler: "nope" }), 404, /no handler 'nope'/],
    ["another content type", () => invocation("", { contentType: "text/plain" }), 415, /v5 to/],
    ["a discovery of another version", () => get("/discover", { accept: "x/y" }), 415, /accept/],
  ])("%s", async (_, request, status, message) => {
    const response = await setUp()(request());
    expect(response.status).toBe(status);
    expect(((await response.json()) as { message: string }).message).toMatch(message);
  });

  test("bytes that are no messages", async () => {
    const response = await setUp()(invocation("", { body: new Uint8Array(64).fill(255) }));
    const [message] = await messagesOf(response);
    expect(message).toMatchObject({ type: "Error", code: 571 });
  });

  test("no bytes at all", async () => {
    const response = await setUp()(invocation("", { body: new Uint8Array(0) }));
    const [message] = await messagesOf(response);
    expect(message).toMatchObject({ type: "Error" });
  });

  test.each([
    ["a GET", "GET"],
    ["a HEAD", "HEAD"],
  ])("an invocation by %s", async (_, method) => {
    const request = new Request("http://host/invoke/Greeter/greet", {
      method,
      headers: { "content-type": V6 },
    });
    const [message] = await messagesOf(await setUp()(request));
    expect(message).toMatchObject({ type: "Error" });
  });
});

describe("what is no Request", () => {
  test.each([
    ["nothing", undefined],
    ["a URL", "http://host/health"],
    ["a Lambda event", { rawPath: "/health", headers: {} }],
    ["an object with a URL", { url: "/health" }],
  ])("%s is refused with advice", async (_, value) => {
    await expect(setUp()(value as Request)).rejects.toThrow(/no Request.*restate-sdk\/node/);
  });

  test("a request of node:http is refused with advice", async () => {
    const outcome = new Promise((resolve) => {
      const server = createServer((request, response) => {
        setUp()(request as unknown as Request, response).catch(resolve);
        response.end();
        server.close();
      });
      server.listen(0, () => {
        const { port } = server.address() as { port: number };
        void fetch(`http://localhost:${port}/health`, { headers: { connection: "close" } });
      });
    });
    expect(String(await outcome)).toContain("node:http");
  });
});

describe("bad options are refused:", () => {
  test.each([
    ["an identity key", { identityKeys: ["nonsense"] }, /identity key "nonsense"/],
    ["a service", { services: [{} as never] }, /./],
  ])("%s", (_, options, message) => {
    expect(() => setUp(options)).toThrow(TypeError);
    expect(() => setUp(options)).toThrow(message);
  });
});

test("requests that nobody has signed are refused before any user code runs", async () => {
  const signer = await createSigner();
  const handler = setUp({ identityKeys: [signer.publicKey] });
  delete seen.extraArgs;
  const refused = await handler(invocation("/prefix"));
  expect([refused.status, await refused.json()]).toEqual([401, { message: "Unauthorized" }]);
  expect(seen.extraArgs).toBeUndefined();
  expect((await handler(get("/health"))).status).toBe(200);

  const accepted = invocation("/prefix");
  const signature = await signer.sign("/invoke/Greeter/greet");
  for (const [name, value] of Object.entries(signature)) accepted.headers.set(name, value);
  expect((await handler(accepted)).status).toBe(200);
});

function built() {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as long as there is one
  return endpoint().setLogger(quiet.logger).bind(greeter);
}

const V6 = "application/vnd.restate.invocation.v6";

interface Invocation {
  readonly service?: string;
  readonly handler?: string;
  readonly contentType?: string;
  readonly body?: Uint8Array<ArrayBuffer>;
}

function invocation(
  prefix = "",
  { service = "Greeter", handler = "greet", contentType = V6, body = journal() }: Invocation = {},
): Request {
  const headers = new Headers({ "content-type": contentType, "X-Some": "a" });
  headers.append("x-some", "b");
  const url = `http://host${prefix}/invoke/${service}/${handler}?x=1`;
  return new Request(url, { method: "POST", headers, body });
}

function journal(): Uint8Array<ArrayBuffer> {
  const output = new OutputBuffer();
  for (const message of [start({ knownEntries: 1 }), input("Ada")]) output.append(message, 6);
  return new Uint8Array(output.take() ?? []);
}

async function messagesOf(response: Response): Promise<Message[]> {
  const decoder = new FrameDecoder();
  const messages: Message[] = [];
  decoder.push(new Uint8Array(await response.arrayBuffer()));
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
    messages.push(decodeMessage(frame.name, frame));
  }
  return messages;
}
