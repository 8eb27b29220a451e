/** The 8-byte header before every payload: type (16 bits), flags (16), payload length (32), big-endian. */

export const FRAME_HEADER_BYTES = 8;

/** Flag on a run proposal: answer with an ack, not with the whole completion. */
export const REQUESTED_ACK = 0x8000;

export interface FrameHeader {
  readonly typeId: number;
  readonly flags: number;
  /** Length of the payload in bytes, without this header. */
  readonly length: number;
}

/** The caller has made sure that the buffer holds the header's bytes from `offset` on. */
export function writeFrameHeader(buffer: Uint8Array, offset: number, header: FrameHeader): void {
  writeUint32(buffer, offset, (header.typeId << 16) | header.flags);
  writeUint32(buffer, offset + 4, header.length);
}

/** The caller has made sure that the buffer holds the header's bytes from `offset` on. */
export function readFrameHeader(buffer: Uint8Array, offset: number): FrameHeader {
  const typeAndFlags = readUint32(buffer, offset);
  return {
    typeId: typeAndFlags >>> 16,
    flags: typeAndFlags & 0xffff,
    length: readUint32(buffer, offset + 4),
  };
}

function writeUint32(buffer: Uint8Array, offset: number, value: number): void {
  buffer[offset] = value >>> 24;
  buffer[offset + 1] = value >>> 16;
  buffer[offset + 2] = value >>> 8;
  buffer[offset + 3] = value;
}

function readUint32(buffer: Uint8Array, offset: number): number {
  return (
    (byteAt(buffer, offset) * 0x100 + byteAt(buffer, offset + 1)) * 0x10000 +
    byteAt(buffer, offset + 2) * 0x100 +
    byteAt(buffer, offset + 3)
  );
}

/** In bounds by contract; the index type cannot know. */
function byteAt(buffer: Uint8Array, offset: number): number {
  return buffer[offset] as number;
}
