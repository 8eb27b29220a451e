/**
 * Reads protobuf fields from a payload, never outside its bounds.
 *
 * Decoding is synchronous and calls nobody else's code, so this module is the one reader there is:
 * `startReading` points it at a payload, `nextField` goes to a field, and the function for the field's
 * type reads it, or `skipField` passes over it. All throw ProtocolError on bad input.
 */
import { ProtocolError } from "../errors/protocol-error.js";
import { strictUtf8Decoder } from "../util/utf8.js";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Up to this length ASCII is put together here, which beats a call into the engine. */
const SHORT_STRING = 36;

// A byte order mark at the start of a string is a character like others.
const LENIENT_DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A part of some bytes; costs less than a view of it. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export function spanOf(bytes: Uint8Array): Span {
  return { bytes, start: 0, end: bytes.length };
}

let messageName = "";
let bytes = NO_BYTES;
let position = 0;
const NOTHING = spanOf(NO_BYTES);
/** The whole payload. */
let span = NOTHING;
/** End of the innermost open message. */
let end = 0;
let field = 0;
let wireType = 0;
/** The upper half of the last varint. */
let high = 0;

/** The name is for error messages. */
export function startReading(name: string, payload: Span): void {
  messageName = name;
  span = payload;
  ({ bytes, start: position, end } = payload);
  field = 0;
}

/** The number of the next field, 0 at the end of the message. */
export function nextField(): number {
  if (position >= end) {
    // A reader at rest shall not keep a whole chunk alive.
    if (position === span.end) ({ bytes } = span = NOTHING);
    return 0;
  }
  const tag = readVarint();
  field = tag >>> 3;
  wireType = tag & 7;
  if (field === 0 || high !== 0) throw malformed("the field number is out of range");
  return field;
}

export function readUint32(): number {
  expect(VARINT);
  return readVarint();
}

/** Values above the largest safe integer come out as that: times beyond it are "never" anyway. */
export function readUint64(): number {
  const low = readUint32();
  return Math.min(high * 2 ** 32 + low, Number.MAX_SAFE_INTEGER);
}

export function readBigUint64(): bigint {
  const low = readUint32();
  return (BigInt(high) << 32n) | BigInt(low);
}

/** A view into the payload, not a copy. A part of a Buffer would be a Buffer, whose slice does not copy. */
export function readBytes(): Uint8Array {
  const start = enterContent();
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, position - start);
}

export function readString(): string {
  const start = enterContent();
  const length = position - start;
  const text = length > SHORT_STRING ? undefined : asciiText(bytes, start, position);
  if (text !== undefined) return text;
  try {
    return strictUtf8Decoder.decode(bytes.subarray(start, position));
  } catch (cause) {
    throw malformed("the text is not valid UTF-8", cause);
  }
}

/** Bytes shown as text, with replacement characters where they aren't UTF-8. */
export function readLenientString(): string {
  return LENIENT_DECODER.decode(readBytes());
}

/** A repeated number: one element, or several packed together. Senders may mix both forms. */
export function readUint32s(into: number[]): void {
  if (wireType !== LENGTH_DELIMITED) {
    into.push(readUint32());
    return;
  }
  const outerEnd = enterMessage();
  while (position < end) into.push(readVarint());
  leaveMessage(outerEnd);
}

/** The current field is a message: until it is left, `nextField` ends where it does. */
export function enterMessage(): number {
  const outerEnd = end;
  const start = enterContent();
  end = position;
  position = start;
  return outerEnd;
}

/** Takes what {@link enterMessage} gave. */
export function leaveMessage(outerEnd: number): void {
  end = outerEnd;
}

/** Passes over a field this SDK does not know: newer servers may send more than we read. */
export function skipField(): void {
  if (wireType === VARINT) readVarint();
  else if (wireType === LENGTH_DELIMITED) enterContent();
  else if (wireType === FIXED64) advance(8);
  else if (wireType === FIXED32) advance(4);
  // Groups (3 and 4) are not part of proto3, 6 and 7 mean nothing.
  else throw malformed(`wire type ${wireType} is not in use`);
}

/** The error for a message that is well-formed but lacks what it cannot do without. */
export function missing(what: string): ProtocolError {
  return new ProtocolError(`Malformed ${messageName} message: it has no ${what}`);
}

function expect(expected: number): void {
  if (wireType !== expected) {
    throw malformed(`expected wire type ${expected}, found ${wireType}`);
  }
}

/** Moves behind the current field's content and returns where it starts. */
function enterContent(): number {
  expect(LENGTH_DELIMITED);
  const length = readVarint();
  const start = position;
  advance(length);
  return start;
}

function advance(count: number): void {
  const available = end - position;
  if (high !== 0 || count > available) {
    const needed = high * 2 ** 32 + count;
    throw malformed(`it needs ${needed} bytes, but only ${available} are left`);
  }
  position += count;
}

/** The lower half; the upper one is left in `high`. */
function readVarint(): number {
  if (position < end) {
    const byte = bytes[position] as number;
    if (byte < 0x80) {
      position++;
      high = 0;
      return byte;
    }
  }
  return readLongVarint();
}

function readLongVarint(): number {
  let low = 0;
  let upper = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (position >= end) throw malformed("it ends inside a number");
    const byte = bytes[position++] as number;
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 28) upper |= bits << (shift - 32);
    else if (shift === 28) upper = bits >>> 4;
    if (byte < 0x80) {
      if (shift === 63 && byte > 1) break;
      high = upper >>> 0;
      return low >>> 0;
    }
  }
  throw malformed("a number has more than 64 bits");
}

/** The error for what stands where the reader is. */
export function malformed(reason: string, cause?: unknown): ProtocolError {
  const place = `at byte ${position - span.start}, field ${field}`;
  return new ProtocolError(`Malformed ${messageName} message ${place}: ${reason}`, { cause });
}

/** Undefined when a byte isn't ASCII. */
function asciiText(from: Uint8Array, start: number, stop: number): string | undefined {
  const codes = new Array<number>(stop - start);
  for (let at = start; at < stop; at++) {
    const code = from[at] as number;
    if (code >= 0x80) return undefined;
    codes[at - start] = code;
  }
  return String.fromCharCode(...codes);
}
