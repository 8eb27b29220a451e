import { serde, type Serde } from "@restatedev/restate-sdk-core";
import { describe, expect, test } from "vitest";
import type { EndpointOptions } from "../api/endpoint.js";
import { handlers } from "../define/handlers.js";
import { service } from "../define/service.js";
import { SERVER_HEADER_VALUE } from "../util/sdk-version.js";
import { buildEndpoint, EndpointBuilder } from "./endpoint.js";
import { createRequestHandler } from "./handle.js";
import { createSigner } from "./identity/signing.fixture.js";
import type { EndpointResponse, HeaderValues, StaticResponse } from "./types.js";

const decimal: Serde<number> = {
  contentType: "text/x-decimal",
  serialize: (value) => new TextEncoder().encode(String(value)),
  deserialize: (data) => {
    const value = Number(new TextDecoder().decode(data));
    if (Number.isNaN(value)) throw new Error("not a number");
    return value;
  },
  preview: {
    toJsonString: (value) => JSON.stringify({ value }),
    fromJsonString: async (json) => (JSON.parse(json) as { value: number }).value,
  },
};

const greeter = service({
  name: "greeter",
  handlers: {
    greet: async (_ctx: unknown, name: string) => `Hello ${name}`,
    double: handlers.handler({ input: decimal, output: serde.json }, async (_ctx, n) => 2 * n),
  },
});

function setUp(options: Partial<EndpointOptions> = {}) {
  const lines: string[] = [];
  const endpoint = buildEndpoint({
    services: [greeter],
    logger: ({ level, context }, ...line) => {
      lines.push([level, context?.invocationTarget, ...line.map(String)].join(" "));
    },
    ...options,
  });
  const handle = createRequestHandler(endpoint, { protocolMode: "BIDI_STREAM" });
  lines.length = 0;
  return {
    lines,
    ask: (url: string, headers: HeaderValues = {}) => handle({ url, headers, extraArgs: [] }),
  };
}

function fixed(response: EndpointResponse | Promise<EndpointResponse>): StaticResponse {
  if (response instanceof Promise || response.kind !== "static") throw new Error("not static");
  return response;
}

const textOf = ({ body }: StaticResponse): string => new TextDecoder().decode(body);
const messageOf = (response: StaticResponse): string =>
  (JSON.parse(textOf(response)) as { message: string }).message;

const V5 = "application/vnd.restate.invocation.v5";
const SERVER = { "x-restate-server": SERVER_HEADER_VALUE };

describe("health", () => {
  test.each(["/health", "/prefix/health", "http://host:1/health?x"])("%s", (url) => {
    const response = fixed(setUp().ask(url));
    expect(response).toMatchObject({
      status: 200,
      headers: { "content-type": "application/text", ...SERVER },
    });
    expect(textOf(response)).toBe("OK");
  });
});

describe("discover", () => {
  test("answers with the manifest", () => {
    const accept = "application/vnd.restate.endpointmanifest.v4+json";
    const response = fixed(setUp().ask("/restate/discover", { accept }));
    expect(response).toMatchObject({ status: 200, headers: { "content-type": accept, ...SERVER } });
    expect(JSON.parse(textOf(response))).toMatchObject({
      protocolMode: "BIDI_STREAM",
      services: [{ name: "greeter", handlers: [{ name: "greet" }, { name: "double" }] }],
    });
  });

  test("accept headers that were sent separately count together", () => {
    const accept = [2, 3].map((v) => `application/vnd.restate.endpointmanifest.v${v}+json`);
    expect(fixed(setUp().ask("/discover", { accept })).headers["content-type"]).toBe(accept[1]);
  });

  test("refusals are logged", () => {
    const { ask, lines } = setUp();
    expect(fixed(ask("/discover")).status).toBe(415);
    expect(lines).toEqual([expect.stringMatching(/^warn .*415.*Missing accept header/)]);
  });
});

describe("invoke", () => {
  test.each([5, 6, 7])("version %d is answered in kind", (version) => {
    const contentType = `application/vnd.restate.invocation.v${version}`;
    const response = setUp().ask("/invoke/greeter/greet", { "content-type": contentType });
    expect(response).toMatchObject({
      kind: "stream",
      status: 200,
      headers: { "content-type": contentType, ...SERVER },
    });
  });

  test.each([
    ["/invoke/unknown/greet", 404, /no service 'unknown'.*register it again/],
    ["/invoke/greeter/unknown", 404, /no handler 'unknown' in service 'greeter'/],
    ["/invoke/greeter/constructor", 404, /no handler/],
    ["/invoke/constructor/x", 404, /no service/],
  ])("%s", (url, status, message) => {
    const { ask, lines } = setUp();
    const response = fixed(ask(url, { "content-type": V5 }));
    expect(response).toMatchObject({
      status,
      headers: { "content-type": "application/json", ...SERVER },
    });
    expect(messageOf(response)).toMatch(message);
    expect(lines).toHaveLength(1);
  });

  test.each([
    [undefined, /Missing content-type/],
    ["application/json", /'application\/json'.*v5 to application.*v7/],
    ["application/vnd.restate.invocation.v4", /Unsupported content-type/],
    ["application/vnd.restate.invocation.v8", /Unsupported content-type/],
  ])("content type %s is refused", (contentType, message) => {
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    const response = fixed(setUp().ask("/invoke/greeter/greet", headers));
    expect(response.status).toBe(415);
    expect(messageOf(response)).toMatch(message);
  });
});

test.each(["/", "", "/invoke/greeter", "/favicon.ico", "http://host"])("unknown path %j", (url) => {
  const response = fixed(setUp().ask(url));
  expect(response.status).toBe(404);
  expect(messageOf(response)).toMatch(/^Invalid path\. Allowed are \/health, \/discover, \/invoke/);
});

describe("previews", () => {
  const convert = async (url: string, body: string): Promise<StaticResponse> => {
    const response = await setUp().ask(url);
    if (response.kind !== "buffered") throw new Error("not buffered");
    return response.respond(new TextEncoder().encode(body));
  };

  test("decode shows what was encoded as JSON", async () => {
    const response = await convert("/serdes/greeter/decode/double/input", "21");
    expect(response).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json", ...SERVER },
    });
    expect(textOf(response)).toBe('{"value":21}');
  });

  test("encode turns edited JSON into bytes", async () => {
    const response = await convert("/p/serdes/greeter/encode/double%2Finput", '{"value":4}');
    expect(response).toMatchObject({ status: 200, headers: { "content-type": "text/x-decimal" } });
    expect(textOf(response)).toBe("4");
  });

  test.each([
    ["/serdes/greeter/decode/double/input", "x", /not a number/],
    ["/serdes/greeter/encode/double/input", "{", /JSON/],
  ])("%s of nonsense is a 422", async (url, body, message) => {
    const response = await convert(url, body);
    expect(response.status).toBe(422);
    expect(messageOf(response)).toMatch(message);
  });

  test.each([
    ["/serdes/unknown/decode/double/input", /no serde .* service 'unknown'/],
    [
      "/serdes/greeter/decode/greet/input",
      /no serde 'greet\/input' with a preview in a service 'greeter'/,
    ],
    ["/serdes/greeter/decode/double/other", /no serde/],
    ["/serdes/greeter/decode/input", /no serde/],
  ])("%s", (url, message) => {
    const response = fixed(setUp().ask(url));
    expect(response.status).toBe(404);
    expect(messageOf(response)).toMatch(message);
  });
});

describe("with identity keys", async () => {
  const signer = await createSigner();
  const { ask, lines } = setUp({ identityKeys: [signer.publicKey] });

  test("health needs no signature", () => {
    expect(fixed(ask("/health")).status).toBe(200);
  });

  test.each([
    "/invoke/greeter/greet",
    "/invoke/unknown/x",
    "/discover",
    "/serdes/a/decode/b",
    "/other",
  ])("%s is refused without one, before anything else is said", async (url) => {
    lines.length = 0;
    const response = fixed(await ask(url, { "content-type": V5 }));
    expect(response).toMatchObject({ status: 401, headers: SERVER });
    expect(messageOf(response)).toBe("Unauthorized");
    expect(lines).toEqual([
      expect.stringContaining("x-restate-signature-scheme header is missing"),
    ]);
  });

  test.each([
    ["/invoke/greeter/greet", "/invoke/greeter/greet"],
    ["/behind/a/proxy/invoke/greeter/greet", "/invoke/greeter/greet"],
    ["https://host/invoke/greeter/greet?x", "/invoke/greeter/greet"],
  ])("%s is accepted when %s is signed", async (url, signed) => {
    const headers = { "content-type": V5, ...(await signer.sign(signed)) };
    expect((await ask(url, headers)).kind).toBe("stream");
  });

  test("a signature for another handler is refused", async () => {
    const headers = { "content-type": V5, ...(await signer.sign("/invoke/greeter/double")) };
    expect(await ask("/invoke/greeter/greet", headers)).toMatchObject({ status: 401 });
  });

  test("an authentic request for what is not there is a 404", async () => {
    const headers = { "content-type": V5, ...(await signer.sign("/invoke/greeter/unknown")) };
    expect(await ask("/invoke/greeter/unknown", headers)).toMatchObject({ status: 404 });
  });
});

test("what goes wrong unexpectedly is a 500 and is logged with its invocation", () => {
  const { ask, lines } = setUp();
  const headers = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (name === "content-type") throw new Error("broken transport");
        return name === "x-restate-invocation-id" ? "inv_1" : undefined;
      },
    },
  );
  const response = fixed(ask("/invoke/greeter/greet", headers));
  expect(response.status).toBe(500);
  expect(messageOf(response)).toBe("broken transport");
  expect(lines).toEqual([
    expect.stringMatching(/^error greeter\/greet Unexpected error .*broken transport/),
  ]);
});

describe("an endpoint", () => {
  const build = (options: Partial<EndpointOptions>) => {
    const lines: string[] = [];
    const endpoint = buildEndpoint({
      services: [greeter],
      logger: ({ level }, ...line) => void lines.push([level, ...line.map(String)].join(" ")),
      ...options,
    });
    return { lines, endpoint };
  };

  test("without keys says that everybody may call it", () => {
    expect(build({}).lines).toEqual([expect.stringMatching(/^warn .*everybody/)]);
  });

  test("with keys says which", async () => {
    const { publicKey } = await createSigner();
    expect(build({ identityKeys: [publicKey] }).lines).toEqual([
      expect.stringMatching(`^info .*${publicKey}`),
    ]);
  });

  test("of several services with one name serves the last, and says so", () => {
    const other = service({ name: "greeter", handlers: { wave: async () => {} } });
    const { lines, endpoint } = build({ services: [greeter, other] });
    expect([...(endpoint.catalog.get("greeter")?.handlers.keys() ?? [])]).toEqual(["wave"]);
    expect(lines[0]).toMatch(/^warn .*'greeter'.*last one/);
  });

  test("may bind the same definition twice", () => {
    expect(build({ services: [greeter, greeter] }).lines).toHaveLength(1);
  });

  test("creates the journal value codec once, and survives that failing", async () => {
    let created = 0;
    const { endpoint, lines } = build({
      journalValueCodecProvider: async () => {
        created += 1;
        throw new Error("no key");
      },
    });
    await expect(endpoint.codec).rejects.toThrow("no key");
    expect(created).toBe(1);
    expect(lines.at(-1)).toMatch(/^error .*codec.*no key/);
  });

  test.each<[string, Partial<EndpointOptions>, RegExp]>([
    ["services that are no list", { services: greeter as never }, /\.map is not a function/],
    ["something that is no service", { services: [{ name: "x" }] }, /Cannot bind "x"/],
    ["a malformed key", { identityKeys: ["key"] }, /Invalid request identity key "key"/],
  ])("refuses %s", (_name, options, message) => {
    expect(() => build(options)).toThrow(TypeError);
    expect(() => build(options)).toThrow(message);
  });

  test("its builder can be used step by step", () => {
    const logger = (): void => undefined;
    const endpoint = new EndpointBuilder()
      .bind(greeter)
      .setLogger(logger)
      .defaultServiceOptions({ explicitCancellation: true })
      .journalValueCodecProvider(async () => ({ encode: (b) => b, decode: async (b) => b }))
      .build();
    expect(endpoint.logger).toBe(logger);
    expect(endpoint.verifyIdentity).toBeUndefined();
    expect(endpoint.codec).toBeInstanceOf(Promise);
    const options = endpoint.catalog.get("greeter")?.handlers.get("greet")?.options;
    expect(options?.explicitCancellation).toBe(true);
  });
});
