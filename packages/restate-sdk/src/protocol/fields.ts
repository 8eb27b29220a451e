/**
 * The kinds of fields, and how messages are read and written by their tables of fields.
 *
 * A table is a function that hands every property, by ascending number, to the function of its kind. Given
 * a message, kinds write: as proto3 has it, what differs from the default. Given a stand-in whose properties
 * are their own names, kinds tell how they are read; a reader is made of that, once for each table.
 */
import {
  enterMessage,
  leaveMessage,
  missing,
  nextField,
  NO_BYTES,
  readBigUint64,
  readBytes,
  readString,
  readUint32,
  readUint64,
  skipField,
} from "./reader.js";
import type { ProtocolVersion } from "./version.js";
import {
  beginMessage,
  endMessage,
  writeBigUint64,
  writeBytes,
  writeString,
  writeUint32,
  writeUint64,
  writeValue,
} from "./writer.js";

export type Table<TMessage> = (message: TMessage, version: ProtocolVersion) => void;

/**
 * How a property is read: what it holds until it arrives, null for what must arrive, and a reader for its
 * number. A oneof has several in a row; undefined is for a number that is none of its own.
 */
export type Reading = readonly [initial: unknown, ...reads: (Read | undefined)[]];

type Read = () => unknown;

/** What all lists hold at first. Their elements arrive one by one. */
export const NO_ELEMENTS: readonly never[] = [];

// ---- Kinds of plain values ----

export function string(number: number, value: string): void {
  if (isDescribing) describe(number, value, ["", readString]);
  else if (value !== "") writeString(number, value);
}

/** Undefined when it does not arrive. */
export function optionalString(number: number, value: string | undefined): void {
  if (isDescribing) describe(number, value, [undefined, readString]);
  else if (value !== undefined) writeString(number, value);
}

export function uint32(number: number, value: number): void {
  if (isDescribing) describe(number, value, [0, readUint32]);
  else if (value !== 0) writeUint32(number, value);
}

/** Times are milliseconds since the epoch. */
export function uint64(number: number, value: number): void {
  if (isDescribing) describe(number, value, [0, readUint64]);
  else if (value !== 0) writeUint64(number, value);
}

export function optionalUint64(number: number, value: number | undefined): void {
  if (isDescribing) describe(number, value, [undefined, readUint64]);
  else if (value !== undefined) writeUint64(number, value);
}

export function bigUint64(number: number, value: bigint): void {
  if (isDescribing) describe(number, value, [0n, readBigUint64]);
  else if (value !== 0n) writeBigUint64(number, value);
}

export function bool(number: number, value: boolean): void {
  if (isDescribing) describe(number, value, [false, readBool]);
  else if (value) writeUint32(number, 1);
}

export function bytes(number: number, value: Uint8Array): void {
  if (isDescribing) describe(number, value, [NO_BYTES, readBytes]);
  else if (value.length !== 0) writeBytes(number, value);
}

/** Bytes in a Value message, which is written even when they are empty. */
export function value(number: number, value: Uint8Array): void {
  if (isDescribing) describe(number, value, [NO_BYTES, readValue]);
  else writeValue(number, value);
}

function readBool(): boolean {
  return readUint64() !== 0;
}

/** The content of a Value message. */
export function readValue(): Uint8Array {
  const outerEnd = enterMessage();
  let content = NO_BYTES;
  for (let number = nextField(); number !== 0; number = nextField()) {
    if (number === 1) content = readBytes();
    else skipField();
  }
  leaveMessage(outerEnd);
  return content;
}

// ---- Messages ----

/** A message in a message. */
export function writeNested<TMessage>(
  number: number,
  table: Table<TMessage>,
  message: TMessage,
): void {
  const start = beginMessage(number);
  // Nested tables are the same in all versions.
  table(message, 7);
  endMessage(start);
}

/** Reads the field that the reader is at as a message. */
export function nestedReader<TMessage>(tag: object, table: Table<TMessage>): () => TMessage {
  const read = messageReader(tag, table);
  return () => {
    const outerEnd = enterMessage();
    const message = read();
    leaveMessage(outerEnd);
    return message;
  };
}

/** Reads messages up to the end of what the reader is in. The tag is what all have in common. */
export function messageReader<TMessage>(tag: object, table: Table<TMessage>): () => TMessage {
  let own: Description | undefined;
  return () => {
    const { byNumber, required, blank, clone } = (own ??= describeTable(tag, table));
    const message = clone(blank);
    for (let number = nextField(); number !== 0; number = nextField()) {
      const field = byNumber[number];
      if (!field) skipField();
      else if (field.isList) append(message, field);
      else message[field.name] = field.read();
    }
    for (const name of required) if (message[name] === null) throw missing(name);
    // The table is about this type.
    return message as TMessage;
  };
}

type Draft = Record<string, unknown>;

interface FieldReader {
  readonly name: string;
  readonly isList: boolean;
  readonly read: Read;
}

function append(message: Draft, { name, read }: FieldReader): void {
  const elements = message[name] as unknown[];
  if (elements.length === 0) message[name] = [read()];
  else elements.push(read());
}

/** What a table says about how its messages are read. */
interface Description {
  readonly byNumber: FieldReader[];
  readonly required: string[];
  /** A message to which nothing has arrived yet. */
  readonly blank: Draft;
  readonly clone: (blank: Draft) => Draft;
}

/** True while a table is asked for its description. */
export let isDescribing = false;
let description: Description;

const STAND_IN: unknown = new Proxy({}, { get: (_, name) => name });

function describeTable(tag: object, table: Table<never>): Description {
  const clone = CLONERS[described++ % CLONERS.length] as Description["clone"];
  description = { byNumber: [], required: [], blank: { ...tag }, clone };
  isDescribing = true;
  try {
    table(STAND_IN as never, 7);
  } finally {
    isDescribing = false;
  }
  return description;
}

/** Kinds call this while {@link isDescribing}; the stand-in gave the property's name for its value. */
export function describe(number: number, name: unknown, [initial, ...reads]: Reading): void {
  const property = name as string;
  description.blank[property] = initial;
  if (initial === null) description.required.push(property);
  reads.forEach((read, index) => {
    if (!read) return;
    const isList = initial === NO_ELEMENTS;
    description.byNumber[number + index] = { name: property, isList, read };
  });
}

let described = 0;

/** All the same, but the engine copies fast only where it sees few sorts of objects, so tables share these out. */
const CLONERS: readonly Description["clone"][] = [
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
];
