/** Messages to bytes: whole frames collected in an output buffer, or single payloads. */
import { ProtocolError } from "../errors/protocol-error.js";
import { ENCODERS, type Encoder } from "./encoders.js";
import { FRAME_HEADER_BYTES, REQUESTED_ACK, writeFrameHeader } from "./frame.js";
import { MESSAGE_TYPES, type MessageName } from "./message-types.js";
import type { Message } from "./messages.js";
import { supportsFeature, type ProtocolVersion } from "./version.js";
import { ProtoWriter } from "./writer.js";

/** Most turns of an invocation write less than this. */
const POOLED_BUFFER_BYTES = 4096;
/** Enough for the invocations of a process that write at the same moment; more buffers are dropped. */
const MAX_POOLED_BUFFERS = 64;
/** Outputs of many turns share one allocation, because small buffers cost more to allocate than to fill. */
const SLAB_BYTES = 64 * 1024;
/** The shared scratch buffer is given up when a message made it larger. */
const MAX_SCRATCH_BYTES = 64 * 1024;

/** Collects frames until somebody takes them. An empty one holds no buffer. */
export class OutputBuffer {
  readonly #writer = new ProtoWriter();
  /** Bytes of whole frames. What a failed append wrote lies behind and is overwritten. */
  #complete = 0;

  get isEmpty(): boolean {
    return this.#complete === 0;
  }

  /**
   * Adds a frame. Byte fields are copied, so their owner may change them afterwards.
   *
   * @throws ProtocolError when the version does not have this message
   */
  append(message: Message, version: ProtocolVersion): void {
    const writer = this.#writer;
    const start = this.#complete;
    writer.position = start;
    if (writer.buffer.length === 0) writer.buffer = borrowBuffer();
    writer.reserve(FRAME_HEADER_BYTES);
    writer.position += FRAME_HEADER_BYTES;
    const { id: typeId, encode } = formatOf(message, version);
    encode(writer, message, version);
    writeFrameHeader(writer.buffer, start, {
      typeId,
      flags: flagsOf(message, version),
      length: writer.position - start - FRAME_HEADER_BYTES,
    });
    this.#complete = writer.position;
  }

  /**
   * Everything appended since the last take, undefined if nothing was. Nobody writes to these bytes any more, but the
   * ArrayBuffer below may hold others' bytes too, so it must not be transferred.
   */
  take(): Uint8Array | undefined {
    if (this.#complete === 0) return undefined;
    const { buffer } = this.#writer;
    const output = buffer.subarray(0, this.#complete);
    this.#writer.release();
    this.#complete = 0;
    if (buffer.length !== POOLED_BUFFER_BYTES) return output;
    const copy = copyToSlab(output);
    returnBuffer(buffer);
    return copy;
  }
}

const pooledBuffers: Uint8Array[] = [];

function borrowBuffer(): Uint8Array {
  return pooledBuffers.pop() ?? new Uint8Array(POOLED_BUFFER_BYTES);
}

function returnBuffer(buffer: Uint8Array): void {
  if (pooledBuffers.length < MAX_POOLED_BUFFERS) pooledBuffers.push(buffer);
}

let slab = new Uint8Array(0);
let slabUsed = 0;

function copyToSlab(bytes: Uint8Array): Uint8Array {
  if (slabUsed + bytes.length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const copy = slab.subarray(slabUsed, slabUsed + bytes.length);
  slabUsed += bytes.length;
  copy.set(bytes);
  return copy;
}

/**
 * The message without its frame header. Fields come in ascending order and defaults are left out, which
 * is also what the official SDKs write: equal messages have equal bytes.
 *
 * @throws ProtocolError when the version does not have this message
 */
export function encodePayload(message: Message, version: ProtocolVersion): Uint8Array {
  encodeToScratch(message, version);
  const payload = SCRATCH.buffer.slice(0, SCRATCH.position);
  shrinkScratch();
  return payload;
}

/** Whether {@link encodePayload} would give exactly these bytes; allocates nothing to find out. */
export function encodesTo(message: Message, version: ProtocolVersion, bytes: Uint8Array): boolean {
  encodeToScratch(message, version);
  const { buffer, position } = SCRATCH;
  let isEqual = position === bytes.length;
  for (let index = 0; isEqual && index < position; index++)
    isEqual = buffer[index] === bytes[index];
  shrinkScratch();
  return isEqual;
}

/** Encoding is synchronous and never calls out, so one scratch buffer serves everybody. */
const SCRATCH = new ProtoWriter();

function encodeToScratch(message: Message, version: ProtocolVersion): void {
  SCRATCH.position = 0;
  formatOf(message, version).encode(SCRATCH, message, version);
}

function shrinkScratch(): void {
  if (SCRATCH.buffer.length > MAX_SCRATCH_BYTES) SCRATCH.release();
}

/** From version 7 on every run proposal asks for an ack; before, none does. */
function flagsOf(message: Message, version: ProtocolVersion): number {
  const asksForAck =
    message.type === "ProposeRunCompletion" && supportsFeature(version, "runProposalAck");
  return asksForAck ? REQUESTED_ACK : 0;
}

interface Format {
  readonly id: number;
  readonly since: ProtocolVersion;
  readonly encode: Encoder<Message>;
}

/** All that encoding needs to know about a message, found in one step. */
const FORMATS: ReadonlyMap<MessageName, Format> = new Map(
  // Object.keys loses the key type. Each encoder takes only the interface its name stands for.
  (Object.keys(MESSAGE_TYPES) as MessageName[]).map((name) => {
    const { id, since } = MESSAGE_TYPES[name];
    return [name, { id, since, encode: ENCODERS[name] as Encoder<Message> }];
  }),
);

function formatOf({ type }: Message, version: ProtocolVersion): Format {
  const format = FORMATS.get(type);
  if (format === undefined) throw new ProtocolError(`Cannot send ${type}: no such message`);
  if (format.since > version) {
    throw new ProtocolError(
      `Cannot send ${type}: it came with protocol version ${format.since}, ` +
        `and this stream speaks version ${version}`,
    );
  }
  return format;
}
