import { iface, serde } from "@restatedev/restate-sdk-core";
import { afterEach, describe, expect, it, vi } from "vitest";

import { connect, HttpCallError, rpc, type ConnectionOpts } from "./index.js";
import { accepted, ingressError, recordingFetch, type Answer } from "./recording-fetch.fixture.js";

const url = "http://localhost:8080";
const done: Answer = { body: '"done"' };
const echo = iface.service("Echo", {
  bytes: iface.serdes({ input: serde.binary, output: serde.binary }),
});

function connectTo(...answers: Answer[]) {
  const { fetch, requests } = recordingFetch(...answers);
  return { rs: connect({ url, fetch }), requests };
}

describe("the options of a connection", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["http://host:8080/", "http://host:8080/S/h"],
    ["http://host/prefix//", "http://host/prefix/S/h"],
    ["/api/restate", "/api/restate/S/h"],
    ["", "/S/h"],
    [new URL("http://host:8080") as unknown as string, "http://host:8080/S/h"],
  ])("a URL %s leads to %s", async (base, expected) => {
    const { fetch, requests } = recordingFetch(done);
    await connect({ url: base, fetch }).call({ service: "S", handler: "h", parameter: 1 });
    expect(requests[0]?.url).toBe(expected);
  });

  it("a missing URL is refused when it is needed, not before", async () => {
    const rs = connect({ url: undefined as unknown as string, retry: true });
    const call = rs.call({ service: "S", handler: "h", parameter: 1 });
    await expect(call).rejects.toThrow(
      new TypeError(
        `connect() needs the URL of the Restate ingress, such as "http://localhost:8080".`,
      ),
    );
  });

  it("headers are read for every request", async () => {
    const { fetch, requests } = recordingFetch(done);
    const options = { url, fetch, headers: { authorization: "old" } } satisfies ConnectionOpts;
    const client = connect(options).serviceClient<unknown>({ name: "S" }) as { h(): Promise<void> };
    await client.h();
    options.headers.authorization = "new";
    await client.h();
    expect(requests.map((it) => it.headers["authorization"])).toEqual(["old", "new"]);
  });

  it("the global fetch is the default, looked up for every request", async () => {
    const rs = connect({ url });
    const { fetch, requests } = recordingFetch(done);
    vi.stubGlobal("fetch", fetch);
    await rs.call({ service: "S", handler: "h", parameter: 1 });
    expect(requests).toHaveLength(1);
  });
});

it("methods need no this", async () => {
  const { rs, requests } = connectTo(accepted);
  const { send, scope } = rs;
  const { serviceSendClient } = scope("s");
  await send({ service: "S", handler: "h", parameter: 1 });
  await (serviceSendClient<unknown>({ name: "S" }) as { h(): Promise<void> }).h();
  expect(requests.map((it) => it.url)).toEqual([
    `${url}/S/h/send`,
    `${url}/restate/scope/s/send/S/h`,
  ]);
});

describe("results", () => {
  it("attach waits for an invocation by its id", async () => {
    const { rs, requests } = connectTo(done);
    expect(await rs.attach<string>("inv_1")).toBe("done");
    expect(requests[0]).toMatchObject({
      method: "GET",
      url: `${url}/restate/invocation/inv_1/attach`,
    });
  });

  it("output asks for the result of an invocation, with headers and a signal", async () => {
    const { rs, requests } = connectTo(ingressError(470), done);
    const { signal } = new AbortController();
    const options = rpc.opts<void, string>({ headers: { a: "b" }, signal });
    expect(await rs.output("inv_1", options)).toEqual({ ready: false });
    expect(await rs.output("inv_1", options)).toEqual({ ready: true, result: "done" });
    expect(requests[0]).toMatchObject({
      url: `${url}/restate/invocation/inv_1/output`,
      headers: { a: "b" },
      signal,
    });
  });

  it("an output that is not ready can be copied and has JSON, but no result", async () => {
    const { rs } = connectTo(ingressError(470));
    const output = await rs.output("inv_1");
    expect(JSON.stringify({ ...output })).toBe('{"ready":false}');
    expect(() => output.result).toThrow("no result yet");
  });

  it.each(["result", "attach"] as const)(
    "%s decodes what was sent by interface as the interface says",
    async (method) => {
      const { rs } = connectTo(accepted, { body: "\x01\x02" });
      const sent = await rs
        .sendClient(echo)
        .bytes(new Uint8Array([1]), rpc.sendOpts({ idempotencyKey: "k" }));
      expect(await rs[method](sent)).toEqual(new Uint8Array([1, 2]));
    },
  );

  it("a handle that was stored meanwhile is decoded with the given serde", async () => {
    const { rs } = connectTo({ body: "\x01" });
    const sent = { invocationId: "inv_1", status: "Accepted", attachable: true } as const;
    expect(await rs.result(sent, serde.binary)).toEqual(new Uint8Array([1]));
  });

  it("result refuses what was sent without a key, and says what to do", async () => {
    const { rs, requests } = connectTo(accepted);
    const sent = await rs.send({ service: "S", handler: "h", parameter: 1 });
    await expect(rs.result(sent)).rejects.toThrow("inv_1");
    expect(requests).toHaveLength(1);
  });

  it("an id cannot lead elsewhere", async () => {
    const { rs, requests } = connectTo(done);
    await rs.attach("../../Admin/drop?x=");
    expect(requests[0]?.url).toBe(`${url}/restate/invocation/..%2F..%2FAdmin%2Fdrop%3Fx%3D/attach`);
  });
});

describe("answers that are none of an ingress", () => {
  it.each([{ body: "<html>" }, { body: "" }, { body: "{}" }, { body: "null" }])(
    "$body to a send is refused",
    async (answer) => {
      const { rs } = connectTo(answer);
      const send = rs.send({ service: "S", handler: "h", parameter: 1 });
      await expect(send).rejects.toThrow("no invocation id");
    },
  );

  it("an error page is an HttpCallError without a code", async () => {
    const { rs } = connectTo({ status: 502, body: "<html>" });
    const error = await rs.attach("inv_1").catch((it: unknown) => it);
    expect(error).toBeInstanceOf(HttpCallError);
    expect(error).toMatchObject({ status: 502, responseText: "<html>" });
    expect(error).not.toHaveProperty("code");
  });
});

describe("requests that would do something else than was asked for", () => {
  const { rs, requests } = connectTo(done);

  it("a delayed call is refused: it would run at once", async () => {
    const opts = rpc.sendOpts({ delay: 5 }) as never;
    const call = rs.call({ service: "S", handler: "h", parameter: 1, opts });
    await expect(call).rejects.toThrow("Only a send can be delayed");
  });

  it.each([-1, NaN, Infinity, { hours: -1 }, { days: NaN }])(
    "a delay of %j is refused",
    async (delay) => {
      const opts = rpc.sendOpts({ delay });
      const send = rs.send({ service: "S", handler: "h", parameter: 1, opts });
      await expect(send).rejects.toThrow("A delay must not be negative");
    },
  );

  it.each([{ idempotencyKey: "é" }, { limitKey: "a\nb" }])(
    "%j cannot be a header",
    async (options) => {
      const opts = rpc.opts<number, void>(options);
      const call = rs.call({ service: "S", handler: "h", parameter: 1, opts });
      await expect(call).rejects.toThrow(
        `The ${Object.keys(options).join()} must be printable ASCII`,
      );
    },
  );

  it("options that are none are refused", async () => {
    const opts = { idempotencyKey: "k" } as never;
    const call = rs.call({ service: "S", handler: "h", parameter: 1, opts });
    await expect(call).rejects.toThrow("rpc.opts()");
  });

  it("nothing of it was sent", () => {
    expect(requests).toEqual([]);
  });
});
