import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EndpointResponse } from "../endpoint/types.js";
import { respondTo } from "./fetch-exchange.js";
import { bytes, scripted, settle } from "./transports.fixture.js";

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", onUnhandled);
});
afterEach(async () => {
  await settle();
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

describe.each([{ requestResponse: false }, { requestResponse: true }])("with %o", (mode) => {
  test("the request reaches the attempt, and its output the client, each in order", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.send("one");
    await attempt.until("data:one");
    attempt.output.write(bytes("a"));
    call.send("two");
    call.endInput();
    await attempt.until("end");
    attempt.output.write(bytes("b"));
    attempt.output.end();
    const response = await call.response;
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "test/stream"]);
    expect(await response.text()).toBe("ab");
    expect(attempt.events).toEqual(["data:one", "data:two", "end"]);
    expect(call.script.errors).toEqual([]);
  });

  test("what arrives after the end of the attempt is discarded", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    attempt.output.write(bytes("a"));
    attempt.output.end();
    call.send("late");
    call.endInput();
    expect(await (await call.response).text()).toBe("a");
    expect(attempt.events).toEqual([]);
  });

  test("an attempt that ends in the same turn as it starts is over when the request is", async () => {
    const call = start({
      ...mode,
      answer: () => ({
        kind: "stream",
        status: 200,
        headers: {},
        start(output) {
          output.write(bytes("done"));
          output.end();
          return { onData: fail, onInputEnd: fail, onDrain: fail, onAbort: fail };
        },
      }),
    });
    call.send("ignored");
    call.endInput();
    expect(await (await call.response).text()).toBe("done");
    expect(call.script.errors).toEqual([]);
  });

  test("a request without a body has ended", async () => {
    const call = start({ ...mode, request: new Request("http://host/", { method: "POST" }) });
    const attempt = await call.script.attempt();
    await attempt.until("end");
    attempt.output.end();
    expect(await (await call.response).text()).toBe("");
  });

  test("a request body that breaks off aborts the attempt, once", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.send("one");
    await attempt.until("data:one");
    call.breakInput(new Error("reset"));
    await attempt.until("abort");
    attempt.output.write(bytes("into the void"));
    await settle();
    expect(attempt.events).toEqual(["data:one", "abort"]);
    expect(call.script.errors).toEqual([]);
    await expectCut(call);
  });

  test("a signal that is aborted aborts the attempt, and nobody reads the request any more", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.client.abort(new Error("gone"));
    await attempt.until("abort");
    await settle();
    expect(call.inputCancelled()).toBe(true);
    expect(attempt.events).toEqual(["abort"]);
    expect(call.script.errors).toEqual([]);
    await expectCut(call);
  });

  test("a signal that was aborted before aborts the attempt", async () => {
    const client = new AbortController();
    client.abort();
    const call = start({ ...mode, client });
    await (await call.script.attempt()).until("abort");
    await expectCut(call);
  });

  test("a signal that is aborted after the end of the exchange aborts nothing", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.endInput();
    await attempt.until("end");
    attempt.output.write(bytes("a"));
    attempt.output.end();
    call.client.abort();
    expect(await (await call.response).text()).toBe("a");
    expect(attempt.events).toEqual(["end"]);
  });

  test("a response that nobody reads any more aborts the attempt", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    if (mode.requestResponse) call.endInput();
    const response = await call.response;
    await response.body?.cancel("no interest");
    await attempt.until("abort");
    attempt.output.write(bytes("into the void"));
    await settle();
    expect(attempt.events.filter((event) => event !== "end")).toEqual(["abort"]);
    expect(call.inputCancelled()).toBe(!mode.requestResponse);
    expect(call.script.errors).toEqual([]);
  });

  test("write says when the buffer is full, and drain when there is room again", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.endInput();
    await attempt.until("end");
    const reader = (await call.response).body!.getReader();
    await settle();
    const chunk = bytes("x".repeat(1024));
    let written = 1;
    while (attempt.output.write(chunk)) written++;
    expect(written).toBe(64);
    await settle();
    expect(attempt.events).toEqual(["end"]);
    await reader.read();
    await attempt.until("drain");
    attempt.output.write(chunk);
    attempt.output.end();
    let read = 1;
    while (!(await reader.read()).done) read++;
    expect(read).toBe(65);
  });

  test("a failure of the attempt is reported and cuts the connection", async () => {
    const call = start({
      ...mode,
      onEvent(event) {
        if (event.startsWith("data")) throw new Error("bug");
      },
    });
    const attempt = await call.script.attempt();
    call.send("one");
    await attempt.until("abort");
    expect(call.script.errors).toEqual([expect.objectContaining({ message: "bug" })]);
    expect(attempt.events).toEqual(["data:one", "abort"]);
    await expectCut(call);
  });

  test("a failure to abort is reported, too", async () => {
    const call = start({
      ...mode,
      onEvent(event) {
        if (event === "abort") throw new Error("bug");
      },
    });
    await call.script.attempt();
    call.client.abort();
    await expectCut(call);
    expect(call.script.errors).toEqual([expect.objectContaining({ message: "bug" })]);
  });

  test("an attempt that cannot start is reported and answered", async () => {
    const call = start({
      ...mode,
      answer: () => ({
        kind: "stream",
        status: 200,
        headers: {},
        start() {
          throw new Error("bug");
        },
      }),
    });
    expect((await call.response).status).toBe(500);
    expect(call.script.errors).toEqual([expect.objectContaining({ message: "bug" })]);
  });

  test("a body of text is refused by name", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    call.sendRaw("text");
    await attempt.until("abort");
    expect(call.script.errors.map(String)).toEqual([
      expect.stringContaining("of type string instead"),
    ]);
    await expectCut(call);
  });

  test.each([
    ["was read", (request: Request) => request.text()],
    ["is being read", (request: Request) => request.body?.getReader()],
  ])("a request whose body %s before is refused with advice", async (_, take) => {
    const request = new Request("http://host/", { method: "POST", body: "x" });
    await take(request);
    const call = start({ ...mode, request });
    const response = await call.response;
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("was read before");
    expect(call.script.attempts).toEqual([]);
    expect(call.script.errors).toHaveLength(1);
  });

  test("no chunk shares its buffer with others, since runtimes may transfer it", async () => {
    const call = start(mode);
    const attempt = await call.script.attempt();
    const slab = bytes("one two");
    attempt.output.write(slab.subarray(0, 3));
    attempt.output.write(slab.subarray(3));
    attempt.output.end();
    call.endInput();
    const sizes: number[] = [];
    for await (const chunk of (await call.response).body!) {
      sizes.push(chunk.buffer.byteLength);
      structuredClone(chunk, { transfer: [chunk.buffer] });
    }
    expect(sizes).toEqual([3, 4]);
    expect(slab).toEqual(bytes("one two"));
  });
});

test("the response of a bidirectional attempt starts at once and ends after the request", async () => {
  const call = start({ requestResponse: false });
  const reader = (await call.response).body!.getReader();
  const attempt = await call.script.attempt();
  for (const turn of ["one", "two", "three"]) {
    call.send(turn);
    await attempt.until(`data:${turn}`);
    attempt.output.write(bytes(turn.toUpperCase()));
    expect((await reader.read()).value).toEqual(bytes(turn.toUpperCase()));
  }
  attempt.output.end();
  let ended = false;
  const end = reader.read().then(({ done }) => (ended = done));
  await settle();
  expect(ended).toBe(false);
  call.endInput();
  expect(await end).toBe(true);
});

test("a request-response attempt is answered when the request has ended, not before", async () => {
  const call = start({ requestResponse: true });
  let answered = false;
  void call.response.then(() => (answered = true));
  const attempt = await call.script.attempt();
  call.send("one");
  await attempt.until("data:one");
  attempt.output.write(bytes("a"));
  await settle();
  expect(answered).toBe(false);
  call.endInput();
  await call.response;
  expect(attempt.events).toEqual(["data:one", "end"]);
});

test("Deno's signal, which it aborts after a success too, is left alone", async () => {
  vi.stubGlobal("Deno", {});
  const call = start({ requestResponse: false });
  const attempt = await call.script.attempt();
  vi.unstubAllGlobals();
  call.client.abort();
  await settle();
  expect(attempt.events).toEqual([]);
  await (await call.response).body?.cancel();
  expect(attempt.events).toEqual(["abort"]);
});

test("output that fills the buffer before the end of the request is drained after it", async () => {
  const call = start({ requestResponse: true });
  const attempt = await call.script.attempt();
  expect(attempt.output.write(new Uint8Array(100_000))).toBe(false);
  call.endInput();
  const text = (await call.response).text();
  await attempt.until("drain");
  attempt.output.end();
  expect(await text).toHaveLength(100_000);
});

test("a client that goes away after the attempt has ended, but not the request, aborts nothing", async () => {
  const call = start({ requestResponse: false });
  const attempt = await call.script.attempt();
  attempt.output.end();
  call.breakInput(new Error("reset"));
  await settle();
  expect(attempt.events).toEqual([]);
  await expectCut(call);
});

describe("a static response", () => {
  const answer = (): EndpointResponse => ({
    kind: "static",
    status: 404,
    headers: { "content-type": "t" },
    body: bytes("nothing here"),
  });

  test("is sent without waiting for the request, which is read to its end", async () => {
    const call = start({ requestResponse: true, answer });
    const response = await call.response;
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "t"]);
    expect(await response.text()).toBe("nothing here");
    call.send("unread");
    await settle();
    expect(call.inputBuffered()).toBe(0);
    call.breakInput(new Error("reset"));
  });

  test("does not mind a body that somebody else reads", async () => {
    const request = new Request("http://host/", { method: "POST", body: "x" });
    request.body?.getReader();
    const call = start({ requestResponse: true, answer, request });
    expect((await call.response).status).toBe(404);
  });
});

describe("a buffered response", () => {
  const answer = (): EndpointResponse => ({
    kind: "buffered",
    respond: async (body) => ({
      kind: "static",
      status: 200,
      headers: {},
      body: bytes(new TextDecoder().decode(body).toUpperCase()),
    }),
  });

  test("gets the whole request body", async () => {
    const call = start({ requestResponse: true, answer });
    call.send("a".repeat(100_000));
    call.send("bc");
    call.endInput();
    expect(await (await call.response).text()).toBe(`${"A".repeat(100_000)}BC`);
  });

  test("is an error when the request breaks off", async () => {
    const call = start({ requestResponse: true, answer });
    call.send("a");
    call.breakInput(new Error("reset"));
    expect((await call.response).status).toBe(400);
    expect(call.script.errors).toEqual([]);
  });
});

interface Setup {
  readonly requestResponse: boolean;
  readonly answer?: () => EndpointResponse;
  readonly onEvent?: (event: string) => void;
  readonly client?: AbortController;
  readonly request?: Request;
}

/** One request whose both ends the test holds. */
function start({
  requestResponse,
  answer,
  onEvent,
  client = new AbortController(),
  ...setup
}: Setup) {
  const script = scripted(onEvent && { onEvent });
  let input!: ReadableStreamDefaultController<unknown>;
  let cancelled = false;
  const body = new ReadableStream<unknown>({
    start: (controller) => void (input = controller),
    cancel: () => void (cancelled = true),
  });
  const init = { method: "POST", body, signal: client.signal, duplex: "half" };
  const request = setup.request ?? new Request("http://host/invoke/a/b", init);
  const response = respondTo(
    { request, requestResponse, onUnexpectedError: (error) => void script.errors.push(error) },
    answer?.() ?? script.respond({ url: request.url, headers: {}, extraArgs: [] }),
  );
  return {
    script,
    response,
    client,
    sendRaw: (chunk: unknown) => input.enqueue(chunk),
    send: (text: string) => input.enqueue(bytes(text)),
    endInput: () => input.close(),
    breakInput: (error: Error) => input.error(error),
    inputCancelled: () => cancelled,
    inputBuffered: () => 1 - (input.desiredSize ?? 0),
  };
}

/** The client sees an answer that is none: an error status, or a body that breaks off. */
async function expectCut({ response }: { response: Promise<Response> }): Promise<void> {
  const answer = await response;
  if (answer.status === 200) await expect(answer.text()).rejects.toThrow();
  else expect(answer.status).toBe(500);
}

function fail(): void {
  throw new Error("nothing may reach the attempt");
}
