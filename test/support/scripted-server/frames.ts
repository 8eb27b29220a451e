/** Frames of the service protocol: an eight-byte header (type, flags, length) and a protobuf payload. */
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  messageName,
  messageSchema,
  messageTypeId,
  type MessageName,
  type SchemaOf,
} from "./message-types.js";

const HEADER_BYTES = 8;
const REQUESTED_ACK = 0x8000;

export interface Frame {
  readonly name: MessageName;
  readonly requestedAck: boolean;
  readonly payload: Uint8Array;
}

/** Collects chunks cut anywhere and hands out whole frames. */
export class FrameReader {
  private buffered = new Uint8Array(0);

  push(chunk: Uint8Array): Frame[] {
    this.buffered = concatBytes([this.buffered, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.take(); frame !== undefined; frame = this.take()) {
      frames.push(frame);
    }
    return frames;
  }

  get leftoverBytes(): number {
    return this.buffered.length;
  }

  private take(): Frame | undefined {
    if (this.buffered.length < HEADER_BYTES) return undefined;
    const view = new DataView(this.buffered.buffer, this.buffered.byteOffset);
    const id = view.getUint16(0);
    const flags = view.getUint16(2);
    const end = HEADER_BYTES + view.getUint32(4);
    const name = messageName(id);
    if (name === undefined) throw new Error(`unknown frame type 0x${id.toString(16)}`);
    if ((flags & ~REQUESTED_ACK) !== 0) {
      throw new Error(`reserved flags are set on ${name}: 0x${flags.toString(16)}`);
    }
    if (this.buffered.length < end) return undefined;
    const payload = this.buffered.subarray(HEADER_BYTES, end);
    this.buffered = this.buffered.subarray(end);
    return { name, requestedAck: (flags & REQUESTED_ACK) !== 0, payload };
  }
}

export function encodeFrame(name: MessageName, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint16(0, messageTypeId(name));
  view.setUint32(4, payload.length);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

export function encodePayload<TName extends MessageName>(
  name: TName,
  fields: MessageInitShape<SchemaOf<TName>>,
): Uint8Array {
  const schema: DescMessage = messageSchema(name);
  return toBinary(schema, create(schema, fields));
}

export function decodePayload(name: MessageName, payload: Uint8Array): Message {
  return fromBinary(messageSchema(name), payload);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
