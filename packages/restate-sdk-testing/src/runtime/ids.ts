/** Invocation ids in the server's format: read, and made from what identifies an invocation instead of from chance. */
import { hashBytes } from "./random.js";

export interface InvocationIds {
  /** As users see it: `inv_1…`. */
  readonly id: string;
  /** As the Start message and awakeable ids carry it. */
  readonly rawId: Uint8Array;
  readonly randomSeed: bigint;
}

/** The first bytes of an id; the others identify the invocation. */
export const PARTITION_BYTES = 8;
const UUID_BYTES = 16;
const RAW_BYTES = PARTITION_BYTES + UUID_BYTES;

/** Equal identities get equal ids, whatever else happened before: so runs that differ in timing can be compared. */
export function idsFor(identity: string): InvocationIds {
  const bytes = hashBytes(identity, RAW_BYTES + 8);
  const rawId = bytes.subarray(0, RAW_BYTES);
  const id = `inv_1${toBase62(rawId.subarray(0, PARTITION_BYTES), 11)}${toBase62(rawId.subarray(PARTITION_BYTES), 22)}`;
  return { id, rawId, randomSeed: new DataView(bytes.buffer).getBigUint64(RAW_BYTES) };
}

/** A key for maps. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Whether a text can be an invocation id at all. */
export function isInvocationId(text: string): boolean {
  return ID.test(text);
}

const ID = /^inv_1([0-9A-Za-z]{11})([0-9A-Za-z]{22})$/;

/** The bytes behind `inv_1…`, as Start messages and awakeable ids carry them. Undefined if that is no invocation id. */
export function rawInvocationId(id: string): Uint8Array | undefined {
  const [, partition, uuid] = ID.exec(id) ?? [];
  if (partition === undefined || uuid === undefined) return undefined;
  const bytes = new Uint8Array(RAW_BYTES);
  const fits =
    writeNumber(bytes.subarray(0, PARTITION_BYTES), partition) &&
    writeNumber(bytes.subarray(PARTITION_BYTES), uuid);
  return fits ? bytes : undefined;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The bytes as a number whose lowest byte comes first. */
function toBase62(bytes: Uint8Array, width: number): string {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (; value > 0n; value /= 62n) text = DIGITS.charAt(Number(value % 62n)) + text;
  return text.padStart(width, "0");
}

/** Little-endian, as servers have it on all common machines; false if there are too few bytes for it. */
function writeNumber(bytes: Uint8Array, base62: string): boolean {
  let value = 0n;
  for (const digit of base62) value = value * 62n + BigInt(DIGITS.indexOf(digit));
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number(value & 0xffn);
    value >>= 8n;
  }
  return value === 0n;
}
