/** Cuts a byte stream, which arrives in chunks of any size, into frames. */
import { ProtocolError } from "../errors/protocol-error.js";
import { FRAME_HEADER_BYTES, readFrameHeader } from "./frame.js";
import { isCustomCommandId, messageNameOf, type MessageName } from "./message-types.js";

export interface Frame {
  readonly name: MessageName;
  readonly flags: number;
  /** A view into the chunk where the frame lies in one chunk, else memory of its own. */
  readonly payload: Uint8Array;
}

/** The server's own limit is 32 MiB unless configured; this one only catches what can't be a length. */
const DEFAULT_MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Frames up to this size get their memory in one piece, before all of their bytes are there. */
const SMALL_FRAME_BYTES = 1024;

const NO_BYTES: Uint8Array = new Uint8Array(0);

interface Announced {
  readonly name: MessageName;
  readonly flags: number;
  readonly length: number;
}

/**
 * Push chunks in, pull frames out. After a bad frame every further `next` throws. Memory grows with the
 * bytes that arrived, never with the length that a header announces.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #input = new ChunkReader();
  /** The frame whose header was read and whose payload is to come. */
  #announced: Announced | undefined;
  #failure: ProtocolError | undefined;

  constructor(maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** True while bytes are held that no frame was made of: at the end of a stream, it was cut. */
  get hasPartialFrame(): boolean {
    return this.#announced !== undefined || !this.#input.isEmpty;
  }

  /** The chunk belongs to the decoder from here on; frames are views into it. */
  push(chunk: Uint8Array): void {
    this.#input.push(chunk);
  }

  /**
   * The next whole frame, undefined until more bytes arrive.
   *
   * @throws ProtocolError for a frame type this SDK does not know, or a length above the limit
   */
  next(): Frame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    this.#announced ??= this.#readHeader();
    if (this.#announced === undefined) return undefined;
    const { name, flags, length } = this.#announced;
    if (!this.#input.read(length)) return undefined;
    this.#announced = undefined;
    const { bytes, start } = this.#input;
    const payload = length === 0 ? NO_BYTES : bytes.subarray(start, start + length);
    this.#input.forget();
    return { name, flags, payload };
  }

  #readHeader(): Announced | undefined {
    if (!this.#input.read(FRAME_HEADER_BYTES)) return undefined;
    const { typeId, flags, length } = readFrameHeader(this.#input.bytes, this.#input.start);
    this.#input.forget();
    const name = messageNameOf(typeId);
    if (name === undefined) throw this.#fail(unknownType(typeId));
    if (length > this.#maxFrameBytes) {
      const limit = `the limit of ${this.#maxFrameBytes} bytes`;
      throw this.#fail(`A ${name} frame announces ${length} bytes, which is above ${limit}`);
    }
    return { name, flags, length };
  }

  #fail(message: string): ProtocolError {
    this.#failure = new ProtocolError(message);
    return this.#failure;
  }
}

function unknownType(typeId: number): string {
  const shown = `0x${typeId.toString(16).padStart(4, "0")}`;
  return isCustomCommandId(typeId)
    ? `The journal holds a custom command (frame type ${shown}), which this SDK cannot replay: ` +
        "another SDK, or a custom build of one, began this invocation"
    : `Unknown frame type ${shown}: the stream is damaged, or the server speaks a protocol version ` +
        "that this SDK does not know";
}

/** Finds runs of bytes: in place where a run lies in one chunk, else copied together. */
class ChunkReader {
  /** Where the last run found lies: in `bytes`, from `start` on. */
  bytes = NO_BYTES;
  start = 0;
  /** Chunks with unread bytes, from `#head` on; of the first, those before `#offset` are read. */
  #chunks: Uint8Array[] = [];
  #head = 0;
  #offset = 0;
  /** The beginning of a run that spans chunks. */
  #collected = NO_BYTES;
  #collectedBytes = 0;

  get isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#collectedBytes === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // Views of a Buffer would be Buffers, whose slice does not copy; user code gets plain arrays.
    const isPlain = chunk.constructor === Uint8Array;
    this.#chunks.push(
      isPlain ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    );
  }

  /** Finds the next `count` bytes. False until they have arrived: then ask for as many again. */
  read(count: number): boolean {
    let chunk = this.#chunks[this.#head];
    if (chunk === undefined) return count === 0;
    if (this.#collectedBytes === 0 && chunk.length - this.#offset >= count) {
      this.bytes = chunk;
      this.start = this.#offset;
      this.#consume(chunk, count);
      return true;
    }
    while (chunk !== undefined && this.#collectedBytes < count) {
      const missing = count - this.#collectedBytes;
      const end = Math.min(this.#offset + missing, chunk.length);
      this.#collect(chunk.subarray(this.#offset, end), count);
      this.#consume(chunk, end - this.#offset);
      chunk = this.#chunks[this.#head];
    }
    if (this.#collectedBytes < count) return false;
    this.bytes = this.#collected;
    this.start = 0;
    this.#collected = NO_BYTES;
    this.#collectedBytes = 0;
    return true;
  }

  /** Lets go of the last run found: a waiting decoder shall not keep whole chunks alive. */
  forget(): void {
    this.bytes = NO_BYTES;
  }

  #consume(chunk: Uint8Array, count: number): void {
    this.#offset += count;
    if (this.#offset < chunk.length) return;
    this.#offset = 0;
    this.#head++;
    if (this.#head < this.#chunks.length) return;
    this.#chunks = [];
    this.#head = 0;
  }

  /** At least doubles its memory when it grows, so that bytes in tiny chunks cost linear time too. */
  #collect(bytes: Uint8Array, limit: number): void {
    const needed = this.#collectedBytes + bytes.length;
    if (needed > this.#collected.length) {
      const wanted = Math.max(needed, 2 * this.#collected.length, SMALL_FRAME_BYTES);
      const grown = new Uint8Array(Math.min(limit, wanted));
      grown.set(this.#collected.subarray(0, this.#collectedBytes));
      this.#collected = grown;
    }
    this.#collected.set(bytes, this.#collectedBytes);
    this.#collectedBytes = needed;
  }
}
