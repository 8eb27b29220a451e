/** Reads protobuf fields from a payload, never outside its bounds. */
import { ProtocolError } from "../errors/protocol-error.js";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** The official SDKs' limit. Only trees of futures nest at all. */
const MAX_DEPTH = 100;

/** Up to this length ASCII is put together here, which beats a call into the engine. */
const SHORT_STRING = 36;

const TWO_POW_32 = 2 ** 32;

// A byte order mark at the start of a string is a character like others.
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LENIENT_DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Steps through the fields of a message: `next` goes to a field and says whether there was one, then the
 * method for the field's type reads it, or `skip` passes over it. All throw ProtocolError on bad input.
 */
export class ProtoReader {
  /** Number of the current field. */
  field = 0;
  readonly #messageName: string;
  readonly #bytes: Uint8Array;
  #position = 0;
  /** End of the innermost open message. */
  #end: number;
  #wireType = 0;
  #depth = 0;
  // The two halves of the last varint.
  #low = 0;
  #high = 0;

  constructor(messageName: string, payload: Uint8Array) {
    this.#messageName = messageName;
    this.#bytes = payload;
    this.#end = payload.length;
  }

  next(): boolean {
    if (this.#position >= this.#end) return false;
    this.#varint();
    const tag = this.#low;
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    if (this.field === 0 || this.#high !== 0) throw this.#error("the field number is out of range");
    return true;
  }

  uint32(): number {
    this.#expect(VARINT);
    this.#varint();
    return this.#low;
  }

  /** Values above the largest safe integer come out as that: times beyond it are "never" anyway. */
  uint64(): number {
    this.#expect(VARINT);
    this.#varint();
    return Math.min(this.#high * TWO_POW_32 + this.#low, Number.MAX_SAFE_INTEGER);
  }

  bigUint64(): bigint {
    this.#expect(VARINT);
    this.#varint();
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  bool(): boolean {
    this.#expect(VARINT);
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  /** A view into the payload, not a copy. */
  bytes(): Uint8Array {
    const start = this.#lengthDelimited();
    return this.#bytes.subarray(start, this.#position);
  }

  string(): string {
    const start = this.#lengthDelimited();
    const end = this.#position;
    if (start === end) return "";
    if (end - start <= SHORT_STRING) {
      const text = asciiText(this.#bytes, start, end);
      if (text !== undefined) return text;
    }
    try {
      return STRICT_DECODER.decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw this.#error("the text is not valid UTF-8", { cause });
    }
  }

  /** Bytes shown as text, with replacement characters where they aren't UTF-8. */
  lenientString(): string {
    return LENIENT_DECODER.decode(this.bytes());
  }

  /** A repeated number: one element, or several packed together. Senders may mix both forms. */
  uint32s(into: number[]): void {
    if (this.#wireType !== LENGTH_DELIMITED) {
      into.push(this.uint32());
      return;
    }
    const outerEnd = this.#end;
    const start = this.#lengthDelimited();
    this.#end = this.#position;
    this.#position = start;
    while (this.#position < this.#end) {
      this.#varint();
      into.push(this.#low);
    }
    this.#end = outerEnd;
  }

  /** Reads the current field as a message: inside, `next` ends where that message does. */
  nested<TMessage>(read: (reader: ProtoReader) => TMessage): TMessage {
    const outerEnd = this.#end;
    const start = this.#lengthDelimited();
    if (++this.#depth > MAX_DEPTH) {
      throw this.#error(`messages are nested more than ${MAX_DEPTH} deep`);
    }
    this.#end = this.#position;
    this.#position = start;
    const message = read(this);
    this.#depth--;
    this.#end = outerEnd;
    return message;
  }

  /** Passes over a field this SDK does not know: newer servers may send more than we read. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        return;
      case FIXED64:
        this.#advance(8);
        return;
      case LENGTH_DELIMITED:
        this.#lengthDelimited();
        return;
      case FIXED32:
        this.#advance(4);
        return;
      default:
        // Groups (3 and 4) are not part of proto3, 6 and 7 mean nothing.
        throw this.#error(`wire type ${this.#wireType} is not in use`);
    }
  }

  /** The error for a message that is well-formed but lacks what it cannot do without. */
  missing(what: string): ProtocolError {
    return new ProtocolError(`Malformed ${this.#messageName} message: it has no ${what}`);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw this.#error(`expected wire type ${wireType}, found ${this.#wireType}`);
    }
  }

  /** Moves behind the current field's content and returns where it starts. */
  #lengthDelimited(): number {
    this.#expect(LENGTH_DELIMITED);
    this.#varint();
    const start = this.#position;
    if (this.#high !== 0) throw this.#error("the length is negative or beyond any message");
    this.#advance(this.#low);
    return start;
  }

  #advance(bytes: number): void {
    const available = this.#end - this.#position;
    if (bytes > available) {
      throw this.#error(`it needs ${bytes} bytes, but only ${available} are left`);
    }
    this.#position += bytes;
  }

  #varint(): void {
    if (this.#position < this.#end) {
      const byte = byteAt(this.#bytes, this.#position);
      if (byte < 0x80) {
        this.#position++;
        this.#low = byte;
        this.#high = 0;
        return;
      }
    }
    this.#longVarint();
  }

  #longVarint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#position >= this.#end) throw this.#error("it ends inside a number");
      const byte = byteAt(this.#bytes, this.#position++);
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) break;
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw this.#error("a number has more than 64 bits");
  }

  #error(reason: string, options?: ErrorOptions): ProtocolError {
    return new ProtocolError(
      `Malformed ${this.#messageName} message at byte ${this.#position}, field ${this.field}: ${reason}`,
      options,
    );
  }
}

/** Undefined when a byte isn't ASCII. Four characters at a time: one by one takes half as long again. */
function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let position = start;
  for (; position + 4 <= end; position += 4) {
    const first = byteAt(bytes, position);
    const second = byteAt(bytes, position + 1);
    const third = byteAt(bytes, position + 2);
    const fourth = byteAt(bytes, position + 3);
    if ((first | second | third | fourth) >= 0x80) return undefined;
    text += String.fromCharCode(first, second, third, fourth);
  }
  for (; position < end; position++) {
    const code = byteAt(bytes, position);
    if (code >= 0x80) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

/** Callers stay in bounds, which the index type cannot know. */
function byteAt(bytes: Uint8Array, position: number): number {
  return bytes[position] as number;
}
