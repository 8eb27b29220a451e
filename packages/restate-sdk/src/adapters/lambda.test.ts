import * as zlib from "node:zlib";
import { serde, type Serde } from "@restatedev/restate-sdk-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../api/context.js";
import type { EndpointOptions } from "../api/endpoint.js";
import { handlers } from "../define/handlers.js";
import { service } from "../define/service.js";
import { createSigner } from "../endpoint/identity/signing.fixture.js";
import { completion, input, nothing, start } from "../machine/messages.fixture.js";
import type { CommandMessage, Message } from "../protocol/messages.js";
import { supportsZstd } from "./lambda-encoding.js";
import { createEndpointHandler, endpoint } from "./lambda-endpoint.js";
import {
  bytesOf,
  eventShapes,
  frames,
  fromRestate,
  messagesOf,
  textOf,
  type EventRequest,
} from "./lambda.fixture.js";
import type { LambdaEvent, LambdaFunction, LambdaResult } from "./lambda.js";

const INVOKE = "/invoke/greeter/greet";
const V6 = { "content-type": "application/vnd.restate.invocation.v6" };
const DISCOVER: EventRequest = {
  method: "GET",
  path: "/discover",
  headers: { accept: "application/vnd.restate.endpointmanifest.v4+json" },
};
const zstd = zlib as unknown as Record<
  "zstdCompressSync" | "zstdDecompressSync",
  (bytes: Uint8Array) => Uint8Array
>;

let calls: { readonly name: unknown; readonly ctx: Context }[] = [];
let later: (() => void) | undefined;

const greeter = service({
  name: "greeter",
  handlers: {
    greet: async (ctx: Context, name: unknown) => {
      calls.push({ name, ctx });
      return `Hello ${String(name)}`;
    },
    nap: async (ctx: Context, name: unknown) => {
      // What goes on in the background when the attempt has ended and its instance serves another event.
      void new Promise<void>((resolve) => (later = resolve)).then(() => {
        ctx.serviceSendClient(greeter).greet("from the past");
      });
      await ctx.sleep(1000);
      return `${String(name)} is awake`;
    },
    repeat: handlers.handler({ output: serde.binary }, async (_ctx, bytes: number) =>
      randomBytes(bytes),
    ),
  },
});

beforeEach(() => {
  calls = [];
});

function setUp(options: Partial<EndpointOptions> = {}) {
  const lines: { readonly text: string; readonly requestId: string | undefined }[] = [];
  const handler: LambdaFunction = createEndpointHandler({
    services: [greeter],
    logger: ({ context }, ...line) => {
      const requestId = context?.additionalContext?.["AWSRequestId"];
      lines.push({ text: line.map(String).join(" "), requestId });
    },
    ...options,
  });
  lines.length = 0;
  return { lines, handler };
}

function attemptOf(
  value: unknown,
  { path = INVOKE, journal = [] }: { path?: string; journal?: Message[] } = {},
): Required<Omit<EventRequest, "method">> {
  const body = frames(start({ knownEntries: 1 + journal.length }), input(value), ...journal);
  return { path, headers: V6, body };
}

function outputOf(bytes: Uint8Array): unknown {
  const output = messagesOf(bytes).find((message) => message.type === "OutputCommand");
  return output?.type === "OutputCommand" && output.result.kind === "value"
    ? JSON.parse(Buffer.from(output.result.value).toString())
    : undefined;
}

describe.each(Object.entries(eventShapes))("%s", (_name, toEvent) => {
  test("is told what the function serves, for requests and responses one after the other", async () => {
    const result = await setUp().handler(toEvent(DISCOVER));
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    expect(result.headers["content-type"]).toBe(DISCOVER.headers?.["accept"]);
    const manifest = JSON.parse(textOf(result)) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      protocolMode: "REQUEST_RESPONSE",
      services: [{ name: "greeter" }],
    });
    expect(manifest["lambdaCompression"]).toBe("zstdCompressSync" in zlib ? "zstd" : undefined);
  });

  test("has attempts run", async () => {
    const result = await setUp().handler(toEvent(attemptOf("Ada")));
    expect(result).toMatchObject({ statusCode: 200, headers: V6, isBase64Encoded: true });
    expect(messagesOf(bytesOf(result)).map(({ type }) => type)).toEqual(["OutputCommand", "End"]);
    expect(outputOf(bytesOf(result))).toBe("Hello Ada");
  });
});

describe("bodies", () => {
  test("may be text", async () => {
    const numbers: Serde<number[]> = {
      serialize: serde.json.serialize.bind(serde.json),
      deserialize: (bytes) => serde.json.deserialize(bytes) as number[],
      preview: {
        toJsonString: (value) => JSON.stringify(value),
        fromJsonString: (json) => JSON.parse(json) as number[],
      },
    };
    const buy = handlers.handler({ input: numbers }, async () => undefined);
    const { handler } = setUp({ services: [service({ name: "shop", handlers: { buy } })] });
    const result = await handler({ rawPath: "/serdes/shop/encode/buy/input", body: " [1, 2] " });
    expect([result.statusCode, textOf(result)]).toEqual([200, "[1,2]"]);
  });

  test.each(["gzip", "br", "zstd, gzip"])("compressed with %s are refused", async (encoding) => {
    const { handler, lines } = setUp();
    const request = attemptOf("Ada");
    const headers = { ...V6, "content-encoding": encoding };
    const result = await handler(fromRestate({ ...request, headers }));
    expect(result.statusCode).toBe(415);
    expect(textOf(result)).toContain(`compressed with ${encoding}`);
    expect(lines.map(({ text }) => text).join()).toContain(`compressed with ${encoding}`);
    expect(calls).toEqual([]);
  });

  test("that name no compression are not compressed", async () => {
    const headers = { ...V6, "content-encoding": "Identity" };
    const result = await setUp().handler(fromRestate({ ...attemptOf("Ada"), headers }));
    expect(outputOf(bytesOf(result))).toBe("Hello Ada");
  });

  test("that are no protocol frames fail the attempt, not the function", async () => {
    const body = Buffer.from("nonsense, and more of it");
    const result = await setUp().handler(fromRestate({ path: INVOKE, headers: V6, body }));
    expect(result.statusCode).toBe(200);
    expect(messagesOf(bytesOf(result)).map(({ type }) => type)).toEqual(["Error"]);
  });

  test("that end within a frame fail the attempt, not the function", async () => {
    const { body } = attemptOf("Ada");
    const event = fromRestate({ path: INVOKE, headers: V6, body: body.subarray(0, -2) });
    expect(messagesOf(bytesOf(await setUp().handler(event))).map(({ type }) => type)).toEqual([
      "Error",
    ]);
  });
});

describe.runIf(supportsZstd)("zstd (needs Node 22.15)", () => {
  const large = 4_000_000;

  test("compressed requests are read, whatever the case of the header", async () => {
    const request = attemptOf("Ada");
    const body = zstd.zstdCompressSync(request.body);
    const headers = { ...V6, "Content-Encoding": "zstd" };
    const result = await setUp().handler(fromRestate({ ...request, headers, body }));
    expect(outputOf(bytesOf(result))).toBe("Hello Ada");
    expect(result.headers).not.toHaveProperty("content-encoding");
  });

  test("what is not compressed as announced is refused", async () => {
    const headers = { ...V6, "content-encoding": "zstd" };
    const result = await setUp().handler(fromRestate({ ...attemptOf("Ada"), headers }));
    expect(result.statusCode).toBe(400);
    expect(textOf(result)).toContain("cannot be decompressed");
  });

  test.each([
    ["large ones, for those who read it", large, "zstd", true],
    ["large ones, for those who read it, too", large, "gzip, zstd", true],
    ["no large ones for those who don't", large, "gzip", false],
    ["no large ones for those who don't say", large, undefined, false],
    ["no small ones", 2_000_000, "zstd", false],
  ])("responses are compressed: %s", async (_name, size, accepted, compressed) => {
    const headers = { ...V6, ...(accepted !== undefined && { "accept-encoding": accepted }) };
    const request = attemptOf(size, { path: "/invoke/greeter/repeat" });
    const result = await setUp().handler(fromRestate({ ...request, headers }));
    expect(result.headers["content-encoding"]).toBe(compressed ? "zstd" : undefined);
    const bytes = compressed ? zstd.zstdDecompressSync(bytesOf(result)) : bytesOf(result);
    expect(messagesOf(bytes).map(({ type }) => type)).toEqual(["OutputCommand", "End"]);
    expect(bytes.length).toBeGreaterThan(size);
  });
});

describe.skipIf(supportsZstd)("without zstd (Node before 22.15)", () => {
  test("compressed requests are refused with what to do", async () => {
    const headers = { ...V6, "content-encoding": "zstd" };
    const result = await setUp().handler(fromRestate({ ...attemptOf("Ada"), headers }));
    expect(result.statusCode).toBe(415);
    expect(textOf(result)).toContain("register the deployment again");
  });

  test("large responses stay as they are", async () => {
    const headers = { ...V6, "accept-encoding": "zstd" };
    const request = attemptOf(4_000_000, { path: "/invoke/greeter/repeat" });
    const result = await setUp().handler(fromRestate({ ...request, headers }));
    expect(messagesOf(bytesOf(result)).map(({ type }) => type)).toEqual(["OutputCommand", "End"]);
  });
});

test("a result that Lambda will refuse is reported", async () => {
  const { handler, lines } = setUp();
  const result = await handler(
    fromRestate(attemptOf(5_000_000, { path: "/invoke/greeter/repeat" })),
  );
  expect(lines.at(-1)?.text).toContain(`has ${result.body.length} characters`);
});

describe("the context of the event", () => {
  test("reaches the handler, and its request id every log line", async () => {
    const { handler, lines } = setUp();
    const context = { awsRequestId: "8a5e-1", getRemainingTimeInMillis: () => 1000 };
    await handler(fromRestate(attemptOf("Ada")), context);
    expect(calls[0]?.ctx.request().extraArgs).toEqual([context]);
    expect(calls[0]?.ctx.request().extraArgs[0]).toBe(context);
    expect(lines.length).toBeGreaterThan(0);
    expect(new Set(lines.map(({ requestId }) => requestId))).toEqual(new Set(["8a5e-1"]));
  });

  test("may be missing, as in tests", async () => {
    await setUp().handler(fromRestate(attemptOf("Ada")));
    expect(calls[0]?.ctx.request().extraArgs).toEqual([undefined]);
  });
});

describe("an instance that has served events before", () => {
  test("goes on in a new event where the invocation has suspended, and starts from nothing", async () => {
    const { handler } = setUp();
    const nap = { path: "/invoke/greeter/nap" };
    const first = messagesOf(bytesOf(await handler(fromRestate(attemptOf("Ada", nap)))));
    expect(first.map(({ type }) => type)).toEqual(["SleepCommand", "Suspension"]);
    const journal = [first[0] as CommandMessage, completion(1, nothing)];
    const second = await handler(fromRestate(attemptOf("Ada", { ...nap, journal })));
    expect(outputOf(bytesOf(second))).toBe("Ada is awake");
    const again = messagesOf(bytesOf(await handler(fromRestate(attemptOf("Bob", nap)))));
    expect(again.map(({ type }) => type)).toEqual(["SleepCommand", "Suspension"]);
  });

  test("keeps what an ended attempt does out of later results", async () => {
    const { handler } = setUp();
    await handler(fromRestate(attemptOf("Ada", { path: "/invoke/greeter/nap" })));
    const next = handler(fromRestate(attemptOf("Bob")));
    later?.();
    const types = messagesOf(bytesOf(await next)).map(({ type }) => type);
    expect(types).toEqual(["OutputCommand", "End"]);
  });

  test("may serve several at once", async () => {
    const { handler } = setUp();
    const names = Array.from({ length: 20 }, (_, index) => `guest ${index}`);
    const results = await Promise.all(names.map((name) => handler(fromRestate(attemptOf(name)))));
    expect(results.map((result) => outputOf(bytesOf(result)))).toEqual(
      names.map((name) => `Hello ${name}`),
    );
  });
});

describe("events that are no HTTP requests", () => {
  test.each([
    ["a queue's", { Records: [{ body: "secret" }] }, "only Records"],
    ["a schedule's", { source: "aws.events", detail: {} }, "only source, detail"],
    ["an empty one", {}, "only nothing"],
    ["none", null, "only nothing"],
    ["one with a path of another kind", { path: 7 }, "only path"],
  ])("%s: the function fails", async (_name, event, message) => {
    const failure: unknown = await setUp()
      .handler(event as LambdaEvent)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain("secret");
  });
});

describe("requests that cannot be served are answered", () => {
  test.each([
    ["an unknown path", { path: "/" }, 404, "Invalid path"],
    ["an unknown service", { path: "/invoke/nobody/greet", headers: V6 }, 404, "nobody"],
    ["an unknown handler", { path: "/invoke/greeter/shout", headers: V6 }, 404, "shout"],
    ["no content type", { path: INVOKE }, 415, "Missing content-type"],
    [
      "another protocol",
      { path: INVOKE, headers: { "content-type": "text/plain" } },
      415,
      "text/plain",
    ],
  ] as const)("%s", async (_name, request, status, message) => {
    const result = await setUp().handler(fromRestate(request));
    expect(result.statusCode).toBe(status);
    expect((JSON.parse(textOf(result)) as { message: string }).message).toContain(message);
  });

  test("without headers", async () => {
    const result = await setUp().handler({ path: INVOKE, headers: null, body: null });
    expect(result.statusCode).toBe(415);
  });
});

describe("request identity", () => {
  const unread = { ...attemptOf("Ada"), headers: { ...V6, "content-encoding": "unknown" } };

  test("signed requests are served, below any prefix", async () => {
    const signer = await createSigner();
    const { handler } = setUp({ identityKeys: [signer.publicKey] });
    for (const toEvent of Object.values(eventShapes)) {
      const headers = { ...V6, ...(await signer.sign(INVOKE)) };
      const result = await handler(toEvent({ ...attemptOf("Ada"), headers }));
      expect(outputOf(bytesOf(result))).toBe("Hello Ada");
    }
  });

  test("others are refused before anybody reads their bodies", async () => {
    const signer = await createSigner();
    const { handler } = setUp({ identityKeys: [signer.publicKey] });
    const results: LambdaResult[] = [];
    for (const signature of [{}, await signer.sign("/invoke/greeter/nap")]) {
      results.push(
        await handler(fromRestate({ ...unread, headers: { ...unread.headers, ...signature } })),
      );
    }
    expect(results.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(calls).toEqual([]);
    const signed = { ...unread.headers, ...(await signer.sign(INVOKE)) };
    expect((await handler(fromRestate({ ...unread, headers: signed }))).statusCode).toBe(415);
  });
});

test("an endpoint that is put together step by step serves the same", async () => {
  // Deprecated, and tested all the same.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const built = endpoint()
    .bind(greeter)
    .setLogger(() => undefined)
    .handler() as LambdaFunction;
  expect(await built(fromRestate(DISCOVER))).toEqual(await setUp().handler(fromRestate(DISCOVER)));
});

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}
