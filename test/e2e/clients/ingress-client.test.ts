/** The ingress client against a real server: what users ask of it, and what the server answers. */
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventually, serveInProcess, type InProcessHost } from "../../support/real-server/index.js";
import { modes } from "../support/modes.js";
import { uniqueKey } from "../support/test-helpers.js";
import { quietUnlessAsked, World } from "../support/world.js";
import { awakeables, counter, effects, greeter, services, shop, signup } from "./services.js";

const world = new World(modes.default);
const { rpc } = clients;
let rs: clients.Ingress;

beforeAll(async () => {
  await world.start(services);
  rs = connect();
});

afterAll(() => world.stop());

function connect(options: Partial<clients.ConnectionOpts> = {}): clients.Ingress {
  return clients.connect({ url: world.server.ingressUrl, ...options });
}

describe.concurrent("calls", () => {
  it("give the output of the handler", async () => {
    expect(await rs.serviceClient(greeter).greet("Ada")).toBe("Hello Ada");
    await expect(rs.serviceClient(greeter).nothing()).resolves.toBeUndefined();
    expect(await rs.serviceClient<typeof greeter>({ name: "Greeter" }).greet("ü€😀")).toBe(
      "Hello ü€😀",
    );
  });

  it.each(["plain", "a/b", "?x=1&y#z", "100%25", "ü€😀", " ", "...", "send", "a".repeat(500)])(
    "reach the object with key %j",
    async (key) => {
      expect(await rs.objectClient(counter, key).add(1)).toEqual({ key, total: 1 });
    },
  );

  it("carry headers of the connection and their own", async () => {
    const ingress = connect({ headers: { "x-connection": "c", "x-both": "c" } });
    const headers = await ingress
      .serviceClient(greeter)
      .headers(rpc.opts({ headers: { "x-own": "o", "x-both": "o" } }));
    expect(headers).toMatchObject({ "x-connection": "c", "x-own": "o", "x-both": "o" });
    expect(headers).toMatchObject({ "x-restateclient-retry-attempt": "1" });
  });

  it("use the serdes they are given", async () => {
    const opts = rpc.opts<Uint8Array, Uint8Array>({
      input: clients.serde.binary,
      output: clients.serde.binary,
    });
    const bytes = new Uint8Array([1, 2, 3]);
    expect([...(await rs.serviceClient(greeter).reverse(bytes, opts))]).toEqual([3, 2, 1]);
    expect([
      ...(await rs.call({ service: "Greeter", handler: "reverse", parameter: bytes, opts })),
    ]).toEqual([3, 2, 1]);
  });

  it("use the serdes and schemas of the interface", async () => {
    expect([...(await rs.client(shop.orders).sign(new Uint8Array([1])))]).toEqual([1, 0]);
    expect(await rs.client(shop.orders).place({ id: "1" } as never)).toEqual({
      id: "1",
      amount: 1,
    });
    const error = await errorOf(rs.client(shop.orders).place({ id: 5 } as never));
    expect(error).toMatchObject({ status: 400 });
    expect(error.responseText).toContain("id");
  });

  it("by name", async () => {
    const key = uniqueKey();
    const call = { service: "Counter", handler: "add", key, parameter: 2 };
    expect(await rs.call<number, unknown>(call)).toEqual({ key, total: 2 });
    expect(await rs.send(call)).toMatchObject({ status: "Accepted", attachable: false });
  });
});

describe.concurrent("idempotency keys", () => {
  it("make calls and sends one invocation", async () => {
    const key = uniqueKey();
    const client = rs.objectClient(counter, key);
    expect(await client.add(1, rpc.opts({ idempotencyKey: key }))).toMatchObject({ total: 1 });
    expect(await client.add(1, rpc.opts({ idempotencyKey: key }))).toMatchObject({ total: 1 });
    const sent = await rs
      .objectSendClient(counter, key)
      .add(1, rpc.sendOpts({ idempotencyKey: key }));
    expect(sent).toMatchObject({ status: "PreviouslyAccepted", attachable: true });
    expect(await rs.result(sent)).toMatchObject({ total: 1 });
  });

  it("are refused for a workflow's run", async () => {
    const opts = rpc.sendOpts<string>({ idempotencyKey: "k" });
    const error = await errorOf(rs.workflowClient(signup, uniqueKey()).workflowSubmit("x", opts));
    expect(error).toMatchObject({ status: 400 });
  });
});

describe.concurrent("sends", () => {
  it("are handled, and their result found", async () => {
    const key = uniqueKey();
    const opts = rpc.sendOpts<string>({ idempotencyKey: key });
    const sent = await rs.serviceSendClient(greeter).work(key, opts);
    expect(sent).toMatchObject({ status: "Accepted", attachable: true });
    expect(sent.invocationId).toMatch(/^inv_/);
    expect(await rs.result(sent)).toBe(1);
  });

  it("can be delayed", async () => {
    const key = uniqueKey();
    const opts = rpc.sendOpts<string>({ idempotencyKey: key, delay: { milliseconds: 300 } });
    const before = Date.now();
    const sent = await rs.serviceSendClient(greeter).work(key, opts);
    expect(effects.has(key)).toBe(false);
    expect(await rs.result(sent)).toBe(1);
    expect(Date.now() - before).toBeGreaterThanOrEqual(300);
  });

  it("without a key have no result to wait for", async () => {
    const sent = await rs.serviceSendClient(greeter).greet("Ada");
    expect(sent.attachable).toBe(false);
    await expect(rs.result(sent)).rejects.toThrow(sent.invocationId);
  });
});

describe.concurrent("workflows", () => {
  it("are submitted, asked and waited for", async () => {
    const client = rs.workflowClient(signup, uniqueKey());
    expect(await errorOf(client.workflowAttach())).toMatchObject({ status: 404 });
    expect(await errorOf(client.workflowOutput())).toMatchObject({ status: 404 });

    const submission = await client.workflowSubmit("Ada");
    expect(submission).toMatchObject({ status: "Accepted", attachable: true });
    expect(await client.workflowSubmit("Bob")).toEqual({
      ...submission,
      status: "PreviouslyAccepted",
    });
    const early = await client.workflowOutput();
    expect(early.ready).toBe(false);
    expect(() => early.result).toThrow();

    const waiting = client.workflowAttach();
    await client.say("hello");
    expect(await waiting).toBe("Ada says hello");
    expect(await client.workflowOutput()).toEqual({ ready: true, result: "Ada says hello" });
    expect(await rs.result(submission)).toBe("Ada says hello");
  });

  it("declared by interface have its serdes", async () => {
    const client = rs.workflowClient<{
      run: (ctx: unknown, bytes: Uint8Array) => Promise<Uint8Array>;
    }>(shop.delivery, uniqueKey());
    await client.workflowSubmit(new Uint8Array([1, 2]));
    expect([...(await client.workflowAttach())]).toEqual([2, 1]);
  });
});

describe.concurrent("awakeables", () => {
  it("are resolved", async () => {
    const { id, result } = await awaitAwakeable();
    await rs.resolveAwakeable(id, { answer: 42 });
    expect(await result).toEqual({ answer: 42 });
  });

  it("are rejected", async () => {
    const { id, result } = await awaitAwakeable();
    await rs.rejectAwakeable(id, "ünlucky");
    const error = await errorOf(result);
    expect(error).toMatchObject({ status: 500 });
    expect(JSON.parse(error.responseText)).toMatchObject({ message: "ünlucky" });
  });

  it("that are none are refused", async () => {
    expect(await errorOf(rs.resolveAwakeable("nothing"))).toMatchObject({ status: 400 });
    expect(await errorOf(rs.rejectAwakeable("nothing", "why"))).toMatchObject({ status: 400 });
  });
});

describe.concurrent("errors", () => {
  it("of the handler have its code, message and metadata", async () => {
    const error = await errorOf(rs.serviceClient(greeter).fail(418));
    expect(error.status).toBe(418);
    expect(JSON.parse(error.responseText)).toMatchObject({
      code: 418,
      message: "sold out",
      metadata: { item: "hat" },
      source: "invocation",
    });
  });

  it("of the handler are not retried", async () => {
    const { ingress, requests } = counting({ retry: { initialInterval: 1 } });
    const opts = rpc.opts<number, never>({ idempotencyKey: uniqueKey() });
    expect(await errorOf(ingress.serviceClient(greeter).fail(503, opts))).toMatchObject({
      status: 503,
    });
    expect(requests()).toBe(1);
  });

  it.each([
    ["Nobody", "greet", "service 'Nobody' not found"],
    ["Greeter", "nobody", "the handler 'nobody' was not found"],
  ])("%s/%s is unknown", async (service, handler, message) => {
    const error = await errorOf(rs.call({ service, handler, parameter: 1 }));
    expect(error.status).toBe(404);
    expect(JSON.parse(error.responseText)).toMatchObject({ code: 404, source: "ingress" });
    expect(error.message).toContain(message);
  });

  it("of the network are those of fetch", async () => {
    const call = connect({ url: "http://127.0.0.1:1" }).serviceClient(greeter).greet("Ada");
    await expect(call).rejects.toThrow(TypeError);
  });
});

describe.concurrent("waiting", () => {
  it("ends with the timeout, the invocation goes on", async () => {
    const key = uniqueKey();
    const wait = (timeout?: number) =>
      rs
        .serviceClient(greeter)
        .wait(key, rpc.opts({ idempotencyKey: key, ...(timeout !== undefined && { timeout }) }));
    await expect(wait(100)).rejects.toMatchObject({ name: "TimeoutError" });
    const id = await eventually(() => awakeables.get(key) ?? Promise.reject(new Error("none yet")));
    const again = wait();
    await rs.resolveAwakeable(id, { answer: 1 });
    expect(await again).toEqual({ answer: 1 });
  });

  it("ends with the signal", async () => {
    const controller = new AbortController();
    const key = uniqueKey();
    const waiting = rs.serviceClient(greeter).wait(key, rpc.opts({ signal: controller.signal }));
    await eventually(() => expect(awakeables.has(key)).toBe(true));
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await rs.resolveAwakeable(awakeables.get(key) ?? "");
  });
});

describe.concurrent("a lost answer", () => {
  it.each(["call", "send", "submit"] as const)(
    "is asked for again, and the effect of a %s happens once",
    async (verb) => {
      const key = uniqueKey();
      const { ingress, requests } = counting({ retry: { initialInterval: 1 } }, { losing: 2 });
      if (verb === "submit") {
        const client = ingress.workflowClient(signup, key);
        expect(await client.workflowSubmit("Ada")).toMatchObject({ status: "PreviouslyAccepted" });
      } else if (verb === "call") {
        const opts = rpc.opts<string, number>({ idempotencyKey: key });
        expect(await ingress.serviceClient(greeter).work(key, opts)).toBe(1);
        expect(effects.get(key)).toBe(1);
      } else {
        const opts = rpc.sendOpts<string>({ idempotencyKey: key });
        const sent = await ingress.serviceSendClient(greeter).work(key, opts);
        expect(await ingress.result(sent)).toBe(1);
        expect(effects.get(key)).toBe(1);
      }
      expect(requests()).toBeGreaterThanOrEqual(3);
    },
  );

  it("is lost if asking again might have a second effect", async () => {
    const key = uniqueKey();
    const { ingress, requests } = counting({ retry: true }, { losing: 1 });
    await expect(ingress.serviceClient(greeter).work(key)).rejects.toThrow("lost");
    expect(requests()).toBe(1);
    expect(effects.get(key)).toBe(1);
  });
});

describe("a codec on both sides", () => {
  let host: InProcessHost;
  const codec: clients.JournalValueCodec = {
    encode: (bytes) => bytes.map((byte) => byte ^ 0x5a),
    decode: async (bytes) => Promise.resolve(bytes.map((byte) => byte ^ 0x5a)),
  };
  const vault = restate.service({
    name: "Vault",
    handlers: {
      keep: async (ctx: restate.Context, secret: { word: string }) => {
        const { id, promise } = ctx.awakeable<string>();
        await ctx.run("tell", () => void awakeables.set(secret.word, id));
        return { kept: secret.word, with: await promise };
      },
    },
  });

  beforeAll(async () => {
    const handler = restate.createEndpointHandler({
      services: [vault],
      journalValueCodecProvider: async () => Promise.resolve(codec),
      ...quietUnlessAsked(),
    });
    host = await serveInProcess({ handler });
    await world.admin.register(host.url);
  });

  afterAll(() => host.close());

  it("keeps inputs, outputs and awakeables from the server", async () => {
    const word = uniqueKey();
    const ingress = connect({ journalValueCodec: codec });
    const opts = rpc.sendOpts<{ word: string }>({ idempotencyKey: word });
    const sent = await ingress.serviceSendClient(vault).keep({ word }, opts);
    await eventually(() => expect(awakeables.has(word)).toBe(true));
    await ingress.resolveAwakeable(awakeables.get(word) ?? "", "a key");
    expect(await ingress.result(sent)).toEqual({ kept: word, with: "a key" });
    // Without the codec nobody can read it.
    await expect(rs.result(sent)).rejects.toThrow(SyntaxError);
  });
});

async function awaitAwakeable(): Promise<{ id: string; result: Promise<unknown> }> {
  const key = uniqueKey();
  const result = Promise.resolve(rs.serviceClient(greeter).wait(key));
  const id = await eventually(() => awakeables.get(key) ?? Promise.reject(new Error("none yet")));
  return { id, result };
}

/** Counts requests, and loses the first answers after the server has given them. */
function counting(options: Partial<clients.ConnectionOpts>, { losing = 0 } = {}) {
  let count = 0;
  const ingress = connect({
    ...options,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      count++;
      if (count > losing) return response;
      await response.arrayBuffer();
      throw new TypeError("lost");
    },
  });
  return { ingress, requests: () => count };
}

async function errorOf(call: PromiseLike<unknown>): Promise<clients.HttpCallError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof clients.HttpCallError) return error;
    throw error;
  }
  throw new Error("Expected the call to fail");
}
