import { describe, expect, test, vi } from "vitest";
import type { EndpointResponse } from "../endpoint/types.js";
import {
  bytes,
  http1Requests,
  http2Requests,
  http2Streams,
  scripted,
  settle,
  transports,
  type RecordedAttempt,
} from "./transports.fixture.js";

describe.each(transports)("$name", (transport) => {
  test("the request reaches the handler with path, headers and nothing else", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    server.request("/invoke/a/b?x=1", { "content-type": "c", "X-Some": "h" });
    const { request } = await script.attempt();
    expect(request).toMatchObject({ url: "/invoke/a/b?x=1", extraArgs: [] });
    expect(request.headers).toMatchObject({ "content-type": "c", "x-some": "h" });
  });

  test("the head is sent at once, then chunks in both directions while the attempt runs", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    const head = await client.head;
    expect(head.status).toBe(200);
    expect(head.headers["content-type"]).toBe("test/stream");

    for (const turn of ["one", "two", "three"]) {
      client.body.write(turn);
      await attempt.until(`data:${turn}`);
      attempt.output.write(bytes(turn.toUpperCase()));
      await client.receive(turn.toUpperCase());
    }
    client.body.end();
    await attempt.until("end");
    attempt.output.write(bytes("!"));
    attempt.output.end();
    await client.ended;
    expect(client.received()).toBe("ONETWOTHREE!");
    expect(attempt.events).toEqual(["data:one", "data:two", "data:three", "end"]);
    expect(script.errors).toEqual([]);
  });

  test("the response ends only after the request did", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    attempt.output.write(bytes("terminal"));
    attempt.output.end();
    await client.receive("terminal");
    await settle();
    expect(client.hasEnded()).toBe(false);
    client.body.end();
    await client.ended;
  });

  test("what arrives after the end of the attempt is discarded", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    attempt.output.end();
    client.body.write("late");
    client.body.end();
    await client.ended;
    expect(attempt.events).toEqual([]);
  });

  test("an attempt that ends while it gets its data is over when the request is", async () => {
    const script = scripted();
    await using server = await transport.serve(
      script.handler(() => ({
        kind: "stream",
        status: 200,
        headers: {},
        start: (output) => ({
          onData() {
            output.write(bytes("done"));
            output.end();
          },
          onInputEnd: fail,
          onDrain: fail,
          onAbort: fail,
        }),
      })),
    );
    const client = server.request("/");
    client.body.end("ignored");
    await client.ended;
    expect(client.received()).toBe("done");
    expect(script.errors).toEqual([]);
  });

  test("a request that is cut off aborts its attempt, once", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    client.body.write("one");
    await attempt.until("data:one");
    client.reset();
    await attempt.until("abort");
    await settle();
    expect(attempt.events).toEqual(["data:one", "abort"]);
    attempt.output.write(bytes("into the void"));
    expect(script.errors).toEqual([]);
  });

  test("a connection that goes away after the end of the attempt aborts nothing", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    attempt.output.end();
    client.reset();
    await settle();
    expect(attempt.events).toEqual([]);
  });

  test("write says when the buffer is full, and drain when there is room again", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    const response = await client.response;
    response.pause();
    expect(await writeUntilStuck(attempt)).toBeLessThan(64);
    const drains = attempt.events.length;
    response.resume();
    await vi.waitUntil(() => attempt.events.length > drains);
    expect(attempt.events.at(-1)).toBe("drain");
  });

  test("a failure of the attempt is reported and cuts the connection", async () => {
    const script = scripted({
      onEvent: (event) => {
        if (event.startsWith("data")) throw new Error("bug");
      },
    });
    await using server = await transport.serve(script.handler());
    const client = server.request("/");
    const attempt = await script.attempt();
    client.body.write("one");
    await attempt.until("abort");
    expect(script.errors).toEqual([expect.objectContaining({ message: "bug" })]);
    expect(attempt.events).toEqual(["data:one", "abort"]);
  });

  test("a handler that answers later loses nothing of the request", async () => {
    const script = scripted();
    const gate = deferred<undefined>();
    await using server = await transport.serve(
      script.handler(async (request) => {
        await gate.promise;
        return script.respond(request);
      }),
    );
    const client = server.request("/");
    client.body.end("early");
    await settle();
    gate.resolve(undefined);
    const attempt = await script.attempt();
    await attempt.until("end");
    expect(attempt.events).toEqual(["data:early", "end"]);
  });

  test("a request that is gone before the answer starts no attempt", async () => {
    const script = scripted();
    const gate = deferred<undefined>();
    const asked = deferred<undefined>();
    await using server = await transport.serve(
      script.handler(async (request) => {
        asked.resolve(undefined);
        await gate.promise;
        return script.respond(request);
      }),
    );
    const client = server.request("/");
    client.body.write("x");
    await asked.promise;
    client.reset();
    await settle();
    gate.resolve(undefined);
    await settle();
    expect(script.attempts).toEqual([]);
    expect(script.errors).toEqual([]);
  });

  test("a static response is sent whole, without waiting for the request", async () => {
    const script = scripted();
    await using server = await transport.serve(script.handler(() => fixed("nothing here")));
    const client = server.request("/");
    client.body.write("unread");
    const { status, headers } = await client.head;
    await client.ended;
    expect(client.received()).toBe("nothing here");
    expect([status, headers["content-type"], headers["content-length"]]).toEqual([404, "t", "12"]);
    client.body.end();
  });

  test("a buffered response gets the whole request body", async () => {
    const script = scripted();
    await using server = await transport.serve(
      script.handler(() => ({
        kind: "buffered",
        respond: async (body) => fixed(Buffer.from(body).toString().toUpperCase()),
      })),
    );
    const client = server.request("/");
    client.body.write("a".repeat(100_000));
    client.body.end("bc");
    await client.ended;
    expect(client.received()).toBe(`${"A".repeat(100_000)}BC`);
  });

  describe("in request-response mode", () => {
    test("nothing is written before the request has ended, then everything in order", async () => {
      const script = scripted({ requestResponse: true });
      await using server = await transport.serve(script.handler());
      const client = server.request("/");
      let answered = false;
      void client.head.then(() => (answered = true));
      const attempt = await script.attempt();
      client.body.write("one");
      await attempt.until("data:one");
      expect(attempt.output.write(bytes("a"))).toBe(true);
      expect(attempt.output.write(bytes("b"))).toBe(true);
      await settle();
      expect(answered).toBe(false);
      client.body.end();
      await client.receive("ab");
      attempt.output.write(bytes("c"));
      attempt.output.end();
      await client.ended;
      expect(client.received()).toBe("abc");
      expect(attempt.events).toEqual(["data:one", "end"]);
    });

    test("an attempt that ends early is answered when the request has ended", async () => {
      const script = scripted({ requestResponse: true });
      await using server = await transport.serve(script.handler());
      const client = server.request("/");
      const attempt = await script.attempt();
      attempt.output.write(bytes("a"));
      attempt.output.end();
      client.body.end("late");
      await client.ended;
      expect(client.received()).toBe("a");
      expect(attempt.events).toEqual([]);
    });

    test("a request that is cut off aborts its attempt", async () => {
      const script = scripted({ requestResponse: true });
      await using server = await transport.serve(script.handler());
      const client = server.request("/");
      const attempt = await script.attempt();
      attempt.output.write(bytes("a"));
      client.reset();
      await attempt.until("abort");
      await settle();
      expect(script.errors).toEqual([]);
    });
  });
});

describe.each([http2Requests, http1Requests])("$name", (transport) => {
  test("headers that were put on the response before us are kept", async () => {
    const script = scripted();
    const { onRequest, onStream } = script.handler();
    await using server = await transport.serve({
      onStream,
      onRequest(request, response) {
        response.setHeader("x-frame", "f");
        onRequest(request, response);
      },
    });
    expect((await server.request("/").head).headers).toMatchObject({
      "x-frame": "f",
      "content-type": "test/stream",
    });
  });

  test("a URL that was rewritten before us is the one that counts", async () => {
    const script = scripted();
    const { onRequest, onStream } = script.handler();
    await using server = await transport.serve({
      onStream,
      onRequest(request, response) {
        request.url = "/rewritten";
        onRequest(request, response);
      },
    });
    server.request("/original");
    expect((await script.attempt()).request.url).toBe("/rewritten");
  });

  test("a body that was read before us counts as ended", async () => {
    const script = scripted();
    const { onRequest, onStream } = script.handler();
    await using server = await transport.serve({
      onStream,
      onRequest(request, response) {
        request.resume();
        request.once("end", () => onRequest(request, response));
      },
    });
    server.request("/").body.end("x");
    await (await script.attempt()).until("end");
  });
});

test("one connection carries a thousand attempts at once", async () => {
  const script = scripted();
  await using server = await http2Streams.serve(script.handler());
  const requests = Array.from({ length: 1000 }, () => server.request("/"));
  for (const request of requests) request.body.write("x");
  await Promise.all(requests.map((request) => request.head));
  expect(script.attempts).toHaveLength(1000);
  for (const [i, attempt] of script.attempts.entries()) {
    attempt.output.write(bytes(`answer ${i}`));
    attempt.output.end();
  }
  for (const request of requests) request.body.end();
  await Promise.all(requests.map((request) => request.ended));
  expect(new Set(requests.map((request) => request.received())).size).toBe(1000);
});

test("attempts whose output nobody reads yet leave the others alone", async () => {
  const script = scripted();
  await using server = await http2Streams.serve(script.handler());
  const slow = Array.from({ length: 60 }, () => server.request("/"));
  await Promise.all(
    slow.map(async (request) => {
      (await request.response).pause();
      await request.head;
    }),
  );
  const output = new Uint8Array(1024 * 1024);
  for (const attempt of script.attempts) attempt.output.write(output);
  await settle();
  const another = server.request("/");
  expect((await another.head).status).toBe(200);
  expect(script.attempts.flatMap((attempt) => attempt.events)).not.toContain("abort");
});

/** Writes megabytes until the transport has had enough of them; returns how many it took. */
async function writeUntilStuck({ output, events }: RecordedAttempt): Promise<number> {
  const megabyte = new Uint8Array(1024 * 1024);
  for (let written = 1; written < 64; written++) {
    const drains = events.length;
    if (output.write(megabyte)) continue;
    await settle();
    if (events.length === drains) return written;
  }
  return 64;
}

function fixed(text: string): EndpointResponse & { kind: "static" } {
  return { kind: "static", status: 404, headers: { "content-type": "t" }, body: bytes(text) };
}

function fail(): void {
  throw new Error("nothing may reach the attempt");
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settled) => (resolve = settled));
  return { promise, resolve };
}
