/** Reaches an endpoint in another process over HTTP/2 without TLS. */
import { once } from "node:events";
import * as http2 from "node:http2";
import { EventQueue } from "./event-queue.js";
import type { AttemptRequest, AttemptStream, Transport } from "./transport.js";

/**
 * An endpoint counts as at rest after this many pings in a row were answered and no data came. Each answer
 * needs a turn of the endpoint's event loop, so load slows the count down instead of falsifying it.
 */
const PINGS_UNTIL_REST = 8;
const PINGS_WHEN_PATIENT = 40;

export function connectH2(authority: string): Transport {
  const shared = connect(authority);
  const fragile = new Set<http2.ClientHttp2Session>();
  return {
    open: (request) => {
      if (!request.fragile) return openStream(shared, request);
      const session = connect(authority);
      fragile.add(session);
      session.on("close", () => fragile.delete(session));
      const stream = openStream(session, request, () => session.close());
      // A dead connection, not a reset stream: HTTP/2 servers lock out clients that reset many streams.
      return { ...stream, cut: () => session.destroy() };
    },
    close: async () => {
      for (const session of fragile) session.destroy();
      await new Promise<void>((resolve) => (shared.destroyed ? resolve() : shared.close(resolve)));
    },
  };
}

function connect(authority: string): http2.ClientHttp2Session {
  const session = http2.connect(authority);
  session.on("error", () => undefined); // Streams report it.
  session.setMaxListeners(0);
  return session;
}

function openStream(
  session: http2.ClientHttp2Session,
  { path, headers }: AttemptRequest,
  onClose: () => void = () => undefined,
): AttemptStream {
  const stream = session.request({ ":method": "POST", ":path": path, ...headers });
  const events = new EventQueue();
  stream.on("response", (head) => {
    const contentType: string | undefined = head["content-type"];
    events.push({ kind: "head", status: Number(head[":status"]), contentType });
  });
  stream.on("data", (bytes: Buffer) => events.push({ kind: "data", bytes }));
  stream.on("end", () => events.push({ kind: "end" }));
  stream.on("error", (error: Error) => events.push({ kind: "broken", error }));
  stream.on("close", () => {
    events.push({ kind: "broken", error: new Error("stream was closed") });
    onClose();
  });
  return {
    send: (bytes) => void stream.write(bytes),
    closeInput: () => void stream.end(),
    cut: () => stream.close(http2.constants.NGHTTP2_CANCEL),
    next: ({ rest, patient = false }) => {
      if (!rest) return events.next();
      return events.nextOrRest(patient ? PINGS_WHEN_PATIENT : PINGS_UNTIL_REST, () =>
        ping(session),
      );
    },
  };
}

/** Resolves when the endpoint has answered a ping. A session that is going away fails it, as the stream will tell. */
async function ping(session: http2.ClientHttp2Session): Promise<void> {
  if (session.connecting) await Promise.race([once(session, "connect"), once(session, "close")]);
  await new Promise<void>((resolve) => {
    const sent = !session.destroyed && session.ping(() => resolve());
    if (!sent) setImmediate(resolve);
  });
}
