/** Writes protobuf fields into one growable buffer. */

const EMPTY = new Uint8Array(0);
const TEXT_ENCODER = new TextEncoder();

const VARINT = 0;
const LENGTH_DELIMITED = 2;

const MAX_TAG_BYTES = 2;
const MAX_VARINT32_BYTES = 5;
const MAX_VARINT64_BYTES = 10;

/** The length of anything shorter takes one byte. */
const ONE_BYTE_LENGTH = 128;
/** Up to this many characters ASCII is copied here, which beats a call into the engine. */
const SHORT_STRING = 40;
/** From here on a string is encoded apart, to not reserve three times its length. */
const LONG_STRING = 4096;

const TWO_POW_32 = 2 ** 32;

/**
 * Appends fields at `position`. As proto3 has it, `uint32`, `string`, … leave out the default value;
 * `present…` writes also that, for members of a oneof and for optional fields.
 */
export class ProtoWriter {
  buffer: Uint8Array = EMPTY;
  position = 0;

  uint32(field: number, value: number): void {
    if (value !== 0) this.presentUint32(field, value);
  }

  presentUint32(field: number, value: number): void {
    this.reserve(MAX_TAG_BYTES + MAX_VARINT32_BYTES);
    this.#tag(field, VARINT);
    this.#varint(value >>> 0);
  }

  /** Takes the integer part, no less than 0 and no more than the largest safe integer. */
  uint64(field: number, value: number): void {
    const clamped = clampToUint53(value);
    if (clamped !== 0) this.presentUint64(field, clamped);
  }

  presentUint64(field: number, value: number): void {
    const clamped = clampToUint53(value);
    const low = clamped >>> 0;
    this.#varint64(field, low, (clamped - low) / TWO_POW_32);
  }

  /** Takes the lower 64 bits. */
  bigUint64(field: number, value: bigint): void {
    if (value === 0n) return;
    this.#varint64(field, Number(value & 0xffff_ffffn), Number((value >> 32n) & 0xffff_ffffn));
  }

  bool(field: number, value: boolean): void {
    if (value) this.presentUint32(field, 1);
  }

  bytes(field: number, value: Uint8Array): void {
    if (value.length !== 0) this.presentBytes(field, value);
  }

  presentBytes(field: number, value: Uint8Array): void {
    this.reserve(MAX_TAG_BYTES + MAX_VARINT32_BYTES + value.length);
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#copy(value);
  }

  string(field: number, value: string): void {
    if (value !== "") this.presentString(field, value);
  }

  optionalString(field: number, value: string | undefined): void {
    if (value !== undefined) this.presentString(field, value);
  }

  presentString(field: number, value: string): void {
    if (value.length >= LONG_STRING) {
      this.presentBytes(field, TEXT_ENCODER.encode(value));
      return;
    }
    this.reserve(MAX_TAG_BYTES + 1 + value.length);
    this.#tag(field, LENGTH_DELIMITED);
    if (value.length <= SHORT_STRING && this.#shortAscii(value)) return;
    const start = this.#beginLength();
    this.reserve(3 * value.length);
    this.position += TEXT_ENCODER.encodeInto(value, this.buffer.subarray(this.position)).written;
    this.end(start);
  }

  packedUint32(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    this.reserve(MAX_VARINT32_BYTES * values.length);
    for (const value of values) this.#varint(value >>> 0);
    this.end(start);
  }

  /** Opens a nested message; its fields follow, then {@link end} with the returned mark. */
  begin(field: number): number {
    this.reserve(MAX_TAG_BYTES + 1);
    this.#tag(field, LENGTH_DELIMITED);
    return this.#beginLength();
  }

  /** Closes what {@link begin} opened: writes the length, moving the content when it needs room. */
  end(start: number): void {
    const length = this.position - start;
    if (length >= ONE_BYTE_LENGTH) {
      const extra = varintBytes(length) - 1;
      this.reserve(extra);
      this.buffer.copyWithin(start + extra, start, this.position);
      this.position = start - 1;
      this.#varint(length);
      this.position += length;
      return;
    }
    this.buffer[start - 1] = length;
  }

  /** The protocol's Value message, bytes as its only field 1, present also when they are empty. */
  value(field: number, content: Uint8Array): void {
    const length = content.length;
    this.reserve(MAX_TAG_BYTES + 2 * MAX_VARINT32_BYTES + 1 + length);
    this.#tag(field, LENGTH_DELIMITED);
    if (length === 0) {
      this.#varint(0);
      return;
    }
    this.#varint(1 + varintBytes(length) + length);
    this.#tag(1, LENGTH_DELIMITED);
    this.#varint(length);
    this.#copy(content);
  }

  /** Lets go of the buffer, so that whoever took it owns it. */
  release(): void {
    this.buffer = EMPTY;
    this.position = 0;
  }

  /** Makes room for `bytes` more. The buffer at least doubles, so that growing stays linear. */
  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
    grown.set(this.buffer.subarray(0, this.position));
    this.buffer = grown;
  }

  // Below, the caller has reserved the room.

  #tag(field: number, wireType: number): void {
    this.#varint((field << 3) | wireType);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  #varint64(field: number, low: number, high: number): void {
    this.reserve(MAX_TAG_BYTES + MAX_VARINT64_BYTES);
    this.#tag(field, VARINT);
    let lowRest = low;
    let highRest = high;
    while (highRest !== 0) {
      this.buffer[this.position++] = (lowRest & 0x7f) | 0x80;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    this.#varint(lowRest);
  }

  #copy(value: Uint8Array): void {
    this.buffer.set(value, this.position);
    this.position += value.length;
  }

  #beginLength(): number {
    return ++this.position;
  }

  /** Writes length and characters, or nothing (false) when one isn't ASCII. */
  #shortAscii(value: string): boolean {
    const { buffer } = this;
    const start = this.position + 1;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      buffer[start + index] = code;
    }
    buffer[start - 1] = value.length;
    this.position = start + value.length;
    return true;
  }
}

function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

function clampToUint53(value: number): number {
  return value > 0 ? Math.min(Math.trunc(value), Number.MAX_SAFE_INTEGER) : 0;
}
