/** The least HTTP/2 a load driver needs: one connection, canned header blocks, one DATA frame for each message. */
import * as net from "node:net";

/** Called by the connection as the response comes in. */
export interface ResponseListener {
  data(chunk: Buffer): void;
  /** The endpoint ended its side; `ok` tells whether the status was 200. */
  end(ok: boolean): void;
  fail(error: Error): void;
}

export interface RawStream {
  send(messages: readonly Uint8Array[]): void;
  /** Half-closes the request. */
  end(): void;
}

const FRAME = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
};
const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8 };
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADER_BYTES = 9;
const MAX_FRAME_BYTES = 16_384;
const DEFAULT_WINDOW = 65_535;
const OUR_WINDOW = 0x7fff_ffff;
const STATUS_200 = 0x88;

interface StreamState {
  readonly listener: ResponseListener;
  waiting: Buffer[];
  /** How many of the waiting frames have been sent. */
  sent: number;
  window: number;
  ok: boolean;
}

export class RawH2Connection {
  private readonly streams = new Map<number, StreamState>();
  private buffered: Buffer = Buffer.alloc(0);
  private nextStreamId = 1;
  private window = DEFAULT_WINDOW;
  private peerStreamWindow = DEFAULT_WINDOW;
  private flushing = false;

  private constructor(private readonly socket: net.Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("error", (error) => this.failAll(error));
    socket.on("close", () => this.failAll(new Error("the connection was closed")));
    socket.write(PREFACE);
    socket.write(frame(FRAME.SETTINGS, 0, { streamId: 0, payload: setting(4, OUR_WINDOW) }));
    socket.write(windowUpdate(0, OUR_WINDOW - DEFAULT_WINDOW));
  }

  static connect(port: number): Promise<RawH2Connection> {
    const socket = net.connect(port, "127.0.0.1");
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawH2Connection(socket)));
    });
  }

  /** Opens a stream with a block from {@link headerBlock}. */
  open(headers: Uint8Array, listener: ResponseListener): RawStream {
    const streamId = this.nextStreamId;
    this.nextStreamId += 2;
    const window = this.peerStreamWindow;
    const state: StreamState = { listener, waiting: [], sent: 0, window, ok: false };
    this.streams.set(streamId, state);
    this.write(frame(FRAME.HEADERS, FLAG.END_HEADERS, { streamId, payload: headers }));
    return {
      send: (messages) => {
        for (const message of messages) {
          for (let at = 0; at < message.length; at += MAX_FRAME_BYTES) {
            const payload = message.subarray(at, at + MAX_FRAME_BYTES);
            state.waiting.push(frame(FRAME.DATA, 0, { streamId, payload }));
          }
        }
        this.drain(state);
      },
      end: () => {
        const payload = new Uint8Array();
        state.waiting.push(frame(FRAME.DATA, FLAG.END_STREAM, { streamId, payload }));
        this.drain(state);
      },
    };
  }

  close(): void {
    this.socket.removeAllListeners("close");
    this.socket.destroy();
  }

  /** Sends what the flow-control windows allow. */
  private drain(state: StreamState): void {
    // An index instead of shift(), which would take quadratic time for journals of 100,000 entries.
    for (let next = state.waiting[state.sent]; next; next = state.waiting[state.sent]) {
      const size = next.length - HEADER_BYTES;
      if (size > this.window || size > state.window) return;
      this.window -= size;
      state.window -= size;
      state.sent++;
      this.write(next);
    }
    state.waiting = [];
    state.sent = 0;
  }

  /** Everything written in one turn travels together, as it would from a busy server. */
  private write(bytes: Buffer): void {
    if (!this.flushing) {
      this.flushing = true;
      this.socket.cork();
      setImmediate(() => {
        this.flushing = false;
        this.socket.uncork();
      });
    }
    this.socket.write(bytes);
  }

  private receive(chunk: Buffer): void {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.buffered.readUIntBE(0, 3);
      if (this.buffered.length < end) return;
      const current = this.buffered.subarray(0, end);
      this.buffered = this.buffered.subarray(end);
      this.handle(current);
    }
  }

  private handle(current: Buffer): void {
    const flags = current.readUInt8(4);
    const streamId = current.readUInt32BE(5) & 0x7fff_ffff;
    const payload = current.subarray(HEADER_BYTES);
    const state = this.streams.get(streamId);
    switch (current.readUInt8(3)) {
      case FRAME.DATA:
        if ((flags & FLAG.PADDED) !== 0) throw new Error("padded DATA is not supported");
        if (payload.length > 0) this.acknowledge(streamId, payload.length);
        state?.listener.data(payload);
        break;
      case FRAME.HEADERS:
        if (state) state.ok ||= payload[0] === STATUS_200;
        break;
      case FRAME.SETTINGS:
        this.settings(flags, payload);
        return;
      case FRAME.PING:
        if ((flags & FLAG.ACK) === 0) {
          this.write(frame(FRAME.PING, FLAG.ACK, { streamId: 0, payload }));
        }
        return;
      case FRAME.WINDOW_UPDATE:
        this.widen(state, streamId, payload.readUInt32BE(0));
        return;
      case FRAME.RST_STREAM:
        this.streams.delete(streamId);
        state?.listener.fail(new Error(`stream reset with code ${payload.readUInt32BE(0)}`));
        return;
      case FRAME.GOAWAY:
        this.failAll(new Error("the endpoint sent GOAWAY"));
        return;
      default:
        return;
    }
    if ((flags & FLAG.END_STREAM) !== 0 && state) {
      this.streams.delete(streamId);
      state.listener.end(state.ok);
    }
  }

  private settings(flags: number, payload: Buffer): void {
    if ((flags & FLAG.ACK) !== 0) return;
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === 4) this.resize(payload.readUInt32BE(at + 2));
    }
    this.write(frame(FRAME.SETTINGS, FLAG.ACK, { streamId: 0, payload: new Uint8Array() }));
  }

  /** Streams may have been opened before the other side said how wide their windows are. */
  private resize(streamWindow: number): void {
    for (const state of this.streams.values()) {
      state.window += streamWindow - this.peerStreamWindow;
      this.drain(state);
    }
    this.peerStreamWindow = streamWindow;
  }

  private widen(state: StreamState | undefined, streamId: number, increment: number): void {
    if (streamId === 0) {
      this.window += increment;
      for (const each of this.streams.values()) this.drain(each);
    } else if (state) {
      state.window += increment;
      this.drain(state);
    }
  }

  /** Our windows are as wide as HTTP/2 allows; giving back what large answers used keeps them open. */
  private acknowledge(streamId: number, bytes: number): void {
    if (bytes < 4_096) return;
    this.write(windowUpdate(0, bytes));
    this.write(windowUpdate(streamId, bytes));
  }

  private failAll(error: Error): void {
    for (const { listener } of this.streams.values()) listener.fail(error);
    this.streams.clear();
  }
}

/** A request's headers, encoded once and sent many times: literals only, so it needs no shared table. */
export function headerBlock(path: string, headers: Readonly<Record<string, string>>): Buffer {
  const METHOD_POST = 0x83;
  const SCHEME_HTTP = 0x86;
  const parts = [Buffer.of(METHOD_POST, SCHEME_HTTP, 0x04), literal(path)];
  parts.push(Buffer.of(0x01), literal("127.0.0.1"));
  for (const [name, value] of Object.entries(headers)) {
    parts.push(Buffer.of(0x00), literal(name), literal(value));
  }
  return Buffer.concat(parts);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 126) throw new Error("header too long for a one-byte length");
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function frame(
  type: number,
  flags: number,
  { streamId, payload }: { streamId: number; payload: Uint8Array },
): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(streamId, 5);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function setting(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

function windowUpdate(streamId: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(FRAME.WINDOW_UPDATE, 0, { streamId, payload });
}
