import type { ServerHttp2Stream } from "node:http2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const headers = { "content-type": "text/plain", "x-restate-server": "a/1" };
const asObject = { ":status": 200, ...headers };
const asList = [":status", "200", "content-type", "text/plain", "x-restate-server", "a/1"];

let sendHead: (stream: ServerHttp2Stream, status: number, headers: object) => void;

beforeEach(async () => {
  // What it has found out about the runtime is forgotten.
  vi.resetModules();
  ({ sendHead } = (await import("./http2-head.js")) as { sendHead: typeof sendHead });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function send(refuses: (head: unknown) => boolean): unknown[] {
  const tried: unknown[] = [];
  const stream = {
    respond(head: unknown) {
      tried.push(structuredClone(head));
      if (refuses(head)) throw new TypeError("refused");
      // As Node does.
      if (Array.isArray(head)) head.push("date", "today");
    },
  };
  sendHead(stream as unknown as ServerHttp2Stream, 200, headers);
  return tried;
}

test("a head is a list where Node takes one, each a list of its own", () => {
  expect(send(() => false)).toEqual([asList]);
  expect(send(() => false)).toEqual([asList]);
});

test("a head is an object where Node refuses lists, which is tried but once", () => {
  expect(send(Array.isArray)).toEqual([asList, asObject]);
  expect(send(Array.isArray)).toEqual([asObject]);
});

test("a stream that takes no head at all says so", () => {
  expect(() => send(() => true)).toThrow("refused");
});

describe("a runtime that only looks like Node is not tried", () => {
  test.each(["bun", "deno"])("%s", async (name) => {
    vi.resetModules();
    vi.stubGlobal("process", { versions: { node: "24.0.0", [name]: "1.0.0" } });
    const module = (await import("./http2-head.js")) as { sendHead: typeof sendHead };
    ({ sendHead } = module);
    expect(send(() => false)).toEqual([asObject]);
  });
});
