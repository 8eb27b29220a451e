/** Journal entries as plain values and as text, for comparisons and for messages that explain a failure. */
import type { Message } from "@bufbuild/protobuf";
import type { JournalEntry } from "./journal.js";

export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [field: string]: PlainValue };

/** A message as JSON-like data: bytes become text where they are text, oneofs become `{ case: value }`. */
export function plainMessage(message: Message): { readonly [field: string]: PlainValue } {
  const fields: Record<string, PlainValue> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name.startsWith("$")) continue;
    const plain = plainValue(value);
    if (plain !== undefined) fields[name] = plain;
  }
  return fields;
}

export function describeEntry(entry: JournalEntry): string {
  return `${entry.type} ${JSON.stringify(plainMessage(entry.message))}`;
}

/** UTF-8 text, or base64 behind a marker when the bytes are no text. */
export function plainBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : `base64:${Buffer.from(bytes).toString("base64")}`;
}

function plainValue(value: unknown): PlainValue | undefined {
  if (value === undefined || value === "") return undefined;
  if (value instanceof Uint8Array) return plainBytes(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => plainValue(item) ?? "");
  }
  if (isOneof(value)) {
    return value.case === undefined ? undefined : { [value.case]: plainValue(value.value) ?? "" };
  }
  return plainMessage(value as Message);
}

function isOneof(value: unknown): value is { case: string | undefined; value?: unknown } {
  return typeof value === "object" && value !== null && "case" in value;
}
