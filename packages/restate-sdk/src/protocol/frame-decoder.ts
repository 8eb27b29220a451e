/** Cuts a byte stream, which arrives in chunks of any size, into frames. */
import { ProtocolError } from "../errors/protocol-error.js";
import { Fifo } from "../util/fifo.js";
import { FRAME_HEADER_BYTES, readUint32BE } from "./frame.js";
import {
  FIRST_CUSTOM_COMMAND,
  kindOf,
  MESSAGE_NAMES,
  type MessageKind,
  type MessageName,
} from "./message-types.js";
import { NO_BYTES, type Span } from "./reader.js";

/** The payload is a part of the chunk where the frame lies in one chunk, else memory of its own. */
export class Frame implements Span {
  // Declared only: fields that are emitted as well would be paid for at each start.
  declare readonly name: MessageName;
  declare readonly kind: MessageKind;
  declare readonly flags: number;
  bytes = NO_BYTES;
  start = 0;
  end = 0;
  /** For whoever keeps frames in a queue. */
  next: Frame | undefined;

  constructor(name: MessageName, kind: MessageKind, flags: number) {
    this.name = name;
    this.kind = kind;
    this.flags = flags;
  }
}

interface Chunk {
  readonly bytes: Uint8Array;
  next: Chunk | undefined;
}

/** The server's own limit is 32 MiB unless configured; this one only catches what can't be a length. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Frames up to this size get their memory in one piece, before all of their bytes are there. */
const SMALL_FRAME_BYTES = 1024;

/**
 * Push chunks in, pull frames out. After a bad frame every further `next` throws. Memory grows with the
 * bytes that arrived, never with the length that a header announces.
 */
export class FrameDecoder {
  /** Read up to `#offset`. */
  #chunk = NO_BYTES;
  #offset = 0;
  /** Chunks that came before that one was read. */
  #later: Fifo<Chunk> | undefined;
  /** The frame whose header was read and whose payload is to come. */
  #announced: Frame | undefined;
  /** How many bytes make up the rest of the frame, or the next header. */
  #needed = FRAME_HEADER_BYTES;
  /** The beginning of these, when they span chunks. */
  #collected = NO_BYTES;
  #collectedBytes = 0;
  #failure: ProtocolError | undefined;

  /** The bytes belong to the decoder from here on; frames are views into them. */
  push(bytes: Uint8Array): void {
    if (this.#offset < this.#chunk.length || this.#later?.first) {
      (this.#later ??= new Fifo()).push({ bytes, next: undefined });
    } else this.#read(bytes);
  }

  /**
   * The next whole frame, undefined until more bytes arrive.
   *
   * @throws ProtocolError for a frame type this SDK does not know, or a length above the limit
   */
  next(): Frame | undefined {
    if (this.#failure) throw this.#failure;
    for (;;) {
      const start = this.#offset;
      const end = start + this.#needed - this.#collectedBytes;
      if (end > this.#chunk.length) {
        if (start < this.#chunk.length) this.#collect(this.#chunk.subarray(start));
        const later = this.#later?.shift();
        this.#read(later?.bytes ?? NO_BYTES);
        if (later) continue;
        return undefined;
      }
      this.#offset = end;
      let frame: Frame | undefined;
      if (this.#collectedBytes === 0) frame = this.#accept(this.#chunk, start);
      else {
        this.#collect(this.#chunk.subarray(start, end));
        const collected = this.#collected;
        this.#collected = NO_BYTES;
        this.#collectedBytes = 0;
        frame = this.#accept(collected, 0);
      }
      if (frame) return frame;
    }
  }

  #read(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#offset = 0;
  }

  /** Takes the needed bytes: a header, or the payload of the frame that is complete with it. */
  #accept(bytes: Uint8Array, start: number): Frame | undefined {
    const frame = this.#announced;
    if (frame) {
      frame.bytes = bytes;
      frame.start = start;
      frame.end = start + this.#needed;
      this.#announced = undefined;
      this.#needed = FRAME_HEADER_BYTES;
    } else this.#announce(readUint32BE(bytes, start), readUint32BE(bytes, start + 4));
    return frame;
  }

  #announce(typeAndFlags: number, length: number): void {
    const typeId = typeAndFlags >>> 16;
    const name = MESSAGE_NAMES.get(typeId);
    if (name === undefined) this.#fail(unknownType(typeId));
    if (length > MAX_FRAME_BYTES) {
      const limit = `the limit of ${MAX_FRAME_BYTES} bytes`;
      this.#fail(`A ${name} frame announces ${length} bytes, which is above ${limit}`);
    }
    this.#announced = new Frame(name, kindOf(typeId), typeAndFlags & 0xffff);
    this.#needed = length;
  }

  #fail(reason: string): never {
    throw (this.#failure = new ProtocolError(reason));
  }

  /** At least doubles its memory when it grows, so that bytes in tiny chunks cost linear time too. */
  #collect(bytes: Uint8Array): void {
    const filled = this.#collectedBytes + bytes.length;
    if (filled > this.#collected.length) {
      const wanted = Math.max(filled, 2 * this.#collected.length, SMALL_FRAME_BYTES);
      const grown = new Uint8Array(Math.min(this.#needed, wanted));
      grown.set(this.#collected);
      this.#collected = grown;
    }
    this.#collected.set(bytes, this.#collectedBytes);
    this.#collectedBytes = filled;
  }
}

function unknownType(typeId: number): string {
  const shown = `0x${typeId.toString(16).padStart(4, "0")}`;
  return typeId >= FIRST_CUSTOM_COMMAND
    ? `The journal holds a custom command (frame type ${shown}) of another SDK, which this one cannot replay`
    : `Unknown frame type ${shown}: the stream is damaged, or of a protocol version this SDK does not know`;
}
