/**
 * Writes protobuf fields into a growing buffer.
 *
 * Encoding is synchronous and calls nobody else's code, so this module is the one writer there is:
 * whoever has a buffer hands it in with `startWriting` and takes it, perhaps grown, from `buffer`. All
 * fields are written, also those with default values.
 */
import { utf8Encoder } from "../util/utf8.js";
import { NO_BYTES } from "./reader.js";

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Room for a tag and a number. */
const MAX_NUMBER_FIELD_BYTES = 16;
/** Up to this many characters ASCII is copied here, which beats a call into the engine. */
const SHORT_STRING = 64;
/** The length of anything shorter takes one byte. */
const ONE_BYTE_LENGTH = 128;

export let buffer: Uint8Array = NO_BYTES;
/** Behind the last byte written. */
export let position = 0;

export function startWriting(into: Uint8Array, at: number): void {
  buffer = into;
  position = at;
}

/** Makes room for `count` bytes more. The buffer at least doubles, so that growing stays linear. */
export function reserve(count: number): void {
  const needed = position + count;
  if (needed <= buffer.length) return;
  const grown = new Uint8Array(Math.max(needed, 2 * buffer.length));
  grown.set(buffer.subarray(0, position));
  buffer = grown;
}

export function writeUint32(field: number, value: number): void {
  writeTag(field, VARINT, 0);
  writeVarint(value >>> 0);
}

/** Takes the integer part, no less than 0 and no more than the largest safe integer. */
export function writeUint64(field: number, value: number): void {
  writeTag(field, VARINT, 0);
  let rest = value > 0 ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER) : 0;
  for (; rest >= 2 ** 32; rest = Math.floor(rest / 0x80)) buffer[position++] = rest | 0x80;
  writeVarint(rest);
}

/** Takes the lower 64 bits. */
export function writeBigUint64(field: number, value: bigint): void {
  writeTag(field, VARINT, 0);
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) buffer[position++] = Number(rest & 0x7fn) | 0x80;
  writeVarint(Number(rest));
}

export function writeBytes(field: number, value: Uint8Array): void {
  writeTag(field, LENGTH_DELIMITED, value.length);
  writeVarint(value.length);
  buffer.set(value, position);
  position += value.length;
}

export function writeString(field: number, value: string): void {
  writeTag(field, LENGTH_DELIMITED, 3 * value.length);
  const start = ++position;
  if (value.length <= SHORT_STRING && writeAscii(value)) return;
  position += utf8Encoder.encodeInto(value, buffer.subarray(position)).written;
  endMessage(start);
}

/** The protocol's Value message: bytes as its only field 1, present also when they are empty. */
export function writeValue(field: number, content: Uint8Array): void {
  const { length } = content;
  writeTag(field, LENGTH_DELIMITED, 0);
  writeVarint(length === 0 ? 0 : 1 + varintBytes(length) + length);
  if (length !== 0) writeBytes(1, content);
}

export function writeUint32s(field: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(field);
  reserve(MAX_NUMBER_FIELD_BYTES * values.length);
  for (const value of values) writeVarint(value >>> 0);
  endMessage(start);
}

/** Opens a nested message; its fields follow, then {@link endMessage} with the returned mark. */
export function beginMessage(field: number): number {
  writeTag(field, LENGTH_DELIMITED, 0);
  return ++position;
}

/** Closes what {@link beginMessage} opened: writes the length, moving the content when it needs room. */
export function endMessage(start: number): void {
  const length = position - start;
  if (length >= ONE_BYTE_LENGTH) {
    const extra = varintBytes(length) - 1;
    reserve(extra);
    buffer.copyWithin(start + extra, start, position);
  }
  position = start - 1;
  writeVarint(length);
  position += length;
}

/** Makes room also for a number, and for `count` bytes behind it. */
function writeTag(field: number, wireType: number, count: number): void {
  reserve(MAX_NUMBER_FIELD_BYTES + count);
  writeVarint((field << 3) | wireType);
}

// Below, the caller has made room.

function writeVarint(value: number): void {
  const into = buffer;
  let at = position;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) into[at++] = rest | 0x80;
  into[at++] = rest;
  position = at;
}

/** Writes the characters and, before them, their count; or nothing (false) when one isn't ASCII. */
function writeAscii(value: string): boolean {
  const into = buffer;
  const { length } = value;
  let at = position;
  into[at - 1] = length;
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    if (code >= 0x80) return false;
    into[at++] = code;
  }
  position = at;
  return true;
}

/** How many bytes the number takes, seven bits in each. */
function varintBytes(value: number): number {
  return value === 0 ? 1 : Math.trunc((38 - Math.clz32(value)) / 7);
}
