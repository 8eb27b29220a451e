/** Requests that no Restate server has sent, over HTTP/1.1 and HTTP/2. */
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { Deployment } from "./hosted.js";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const INVOKE = "/invoke/Journey/look";
const headers = { "content-type": "application/vnd.restate.invocation.v6" };

export function askHealth({ url, useHttp11 }: Deployment): Promise<Answer> {
  return useHttp11 ? overHttp1(fetch(`${url}/health`)) : overHttp2(url, "GET", "/health");
}

export function askToInvoke({ url, useHttp11 }: Deployment): Promise<Answer> {
  return useHttp11
    ? overHttp1(fetch(url + INVOKE, { method: "POST", headers, body: "x" }))
    : overHttp2(url, "POST", INVOKE);
}

/** Begins an invocation and goes away in the middle of the request. */
export async function breakOff({ url, useHttp11 }: Deployment): Promise<void> {
  if (!useHttp11) {
    await breakOffHttp2(url);
    return;
  }
  const client = new AbortController();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      setTimeout(() => client.abort(), 20);
    },
  });
  const init = { method: "POST", headers, body, duplex: "half", signal: client.signal };
  await fetch(url + INVOKE, init).then(
    (response) => response.body?.cancel(),
    () => undefined,
  );
}

async function overHttp1(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  return { status: response.status, text: await response.text() };
}

async function overHttp2(url: string, method: string, path: string): Promise<Answer> {
  const session = connect(url);
  try {
    const stream = open(session, url, { method, path });
    stream.end(method === "POST" ? "x" : undefined);
    const status = await new Promise<number>((resolve, reject) => {
      stream.once("response", (head: IncomingHttpHeaders) => resolve(Number(head[":status"])));
      stream.once("error", reject);
    });
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return { status, text };
  } finally {
    session.destroy();
  }
}

async function breakOffHttp2(url: string): Promise<void> {
  const session = connect(url);
  const stream = open(session, url, { method: "POST", path: INVOKE });
  stream.on("error", () => undefined);
  stream.write(new Uint8Array(10));
  await new Promise((resolve) => setTimeout(resolve, 20));
  stream.close(constants.NGHTTP2_CANCEL);
  session.destroy();
}

function open(session: ClientHttp2Session, url: string, to: { method: string; path: string }) {
  const { pathname } = new URL(url);
  const path = (pathname === "/" ? "" : pathname) + to.path;
  return session.request(
    { ":method": to.method, ":path": path, ...headers },
    { endStream: to.method === "GET" },
  );
}
