/** The 8-byte header before every payload: type (16 bits), flags (16), payload length (32), big-endian. */

export const FRAME_HEADER_BYTES = 8;

/** Flag on a run proposal: answer with an ack, not with the whole completion. */
export const REQUESTED_ACK = 0x8000;

export function writeUint32BE(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** The caller knows that the bytes are there. */
export function readUint32BE(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] as number) << 24) |
      ((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number)) >>>
    0
  );
}
