/** Messages to bytes: whole frames collected in an output buffer, or single payloads. */
import { FRAME_HEADER_BYTES, REQUESTED_ACK, writeUint32BE } from "./frame.js";
import { formatOf, type Format } from "./message-types.js";
import type { CommandMessage, ControlMessage, Message } from "./messages.js";
import { NO_BYTES, type Span } from "./reader.js";
import { FEATURES_SINCE, type ProtocolVersion } from "./version.js";
import { buffer, position, reserve, startWriting } from "./writer.js";

const RUN_PROPOSAL = 5;

/** Most turns of an invocation write less than this. */
const POOLED_BUFFER_BYTES = 4096;
/** Enough for the invocations of a process that write at the same moment; more buffers are dropped. */
const MAX_POOLED_BUFFERS = 64;
/** Outputs of many turns share one allocation, because small buffers cost more to allocate than to fill. */
const SLAB_BYTES = 64 * 1024;
/** Up to this length bytes are copied here, which beats a call into the engine. */
const SHORT_OUTPUT = 128;
/** The shared scratch buffer is given up when a message made it larger. */
const MAX_SCRATCH_BYTES = 64 * 1024;

/** Collects frames until somebody takes them. An empty one holds no buffer. */
export class OutputBuffer {
  #buffer = NO_BYTES;
  /** Bytes of whole frames. What a failed append wrote lies behind and is overwritten. */
  #complete = 0;

  get isEmpty(): boolean {
    return this.#complete === 0;
  }

  /** Adds a frame. Byte fields are copied, so their owner may change them afterwards. */
  append(message: ControlMessage | CommandMessage, version: ProtocolVersion): void {
    this.appendAs(formatOf(message.type), message, version);
  }

  /** Adds a frame with a message of the given format. */
  appendAs(
    format: Pick<Format, "typeId" | "write">,
    message: Message,
    version: ProtocolVersion,
  ): void {
    const start = this.#complete;
    if (start === 0) this.#buffer = pooledBuffers.pop() ?? new Uint8Array(POOLED_BUFFER_BYTES);
    const { typeId, write } = format;
    startWriting(this.#buffer, start + FRAME_HEADER_BYTES);
    write(message, version);
    reserve(0);
    // From version 7 on every run proposal asks for an ack; before, none does.
    const asksForAck = typeId === RUN_PROPOSAL && version >= FEATURES_SINCE.runProposalAck;
    writeUint32BE(buffer, start, typeId * 0x10000 + (asksForAck ? REQUESTED_ACK : 0));
    writeUint32BE(buffer, start + 4, position - start - FRAME_HEADER_BYTES);
    this.#buffer = buffer;
    this.#complete = position;
  }

  /**
   * Everything appended since the last take, undefined if nothing was. Nobody writes to these bytes any more, but the
   * ArrayBuffer below may hold others' bytes too, so it must not be transferred.
   */
  take(): Uint8Array | undefined {
    const length = this.#complete;
    if (length === 0) return undefined;
    const filled = this.#buffer;
    this.#buffer = NO_BYTES;
    this.#complete = 0;
    if (filled.length !== POOLED_BUFFER_BYTES) {
      // The writer at rest shall not keep a large buffer alive.
      startWriting(NO_BYTES, 0);
      return filled.subarray(0, length);
    }
    const copy = copyToSlab(filled, length);
    if (pooledBuffers.length < MAX_POOLED_BUFFERS) pooledBuffers.push(filled);
    return copy;
  }
}

const pooledBuffers: Uint8Array[] = [];

let slab = NO_BYTES;
let slabUsed = 0;

function copyToSlab(bytes: Uint8Array, length: number): Uint8Array {
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += length;
  if (length > SHORT_OUTPUT) slab.set(bytes.subarray(0, length), start);
  else for (let index = 0; index < length; index++) slab[start + index] = bytes[index] as number;
  return slab.subarray(start, slabUsed);
}

let scratch = NO_BYTES;

/**
 * Whether these bytes are the command's payload; allocates nothing to find out. Fields come in ascending order and
 * defaults are left out, which is also what the official SDKs write: equal commands have equal bytes.
 */
export function encodesTo(
  message: CommandMessage,
  version: ProtocolVersion,
  { bytes, start, end }: Span,
): boolean {
  startWriting(scratch, 0);
  formatOf(message.type).write(message, version);
  scratch = buffer.length > MAX_SCRATCH_BYTES ? NO_BYTES : buffer;
  if (position !== end - start) return false;
  for (let index = 0; index < position; index++) {
    if (buffer[index] !== bytes[start + index]) return false;
  }
  return true;
}
