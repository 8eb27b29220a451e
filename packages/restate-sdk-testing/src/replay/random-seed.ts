/** Invocation ids as bytes, and the seeds that a server draws from them: its admin API does not tell the seed. */
import { sipHash13 } from "../codec.js";

const MASK_64 = (1n << 64n) - 1n;
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ID = /^inv_1([0-9A-Za-z]{11})([0-9A-Za-z]{22})$/;
const PARTITION_BYTES = 8;
const RAW_BYTES = 24;

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

/** What servers send unless told otherwise: a hash of the id. */
export function seedFromId(rawId: Uint8Array): bigint {
  const prefixed = new Uint8Array(8 + rawId.length);
  new DataView(prefixed.buffer).setBigUint64(0, BigInt(rawId.length), true);
  prefixed.set(rawId, 8);
  return sipHash13(prefixed);
}

/** What servers with the feature `unique_random_seeds` send: it also depends on when the invocation was created. */
export function seedFromIdAndTime(rawId: Uint8Array, createdAtMs: number): bigint {
  const view = new DataView(rawId.buffer, rawId.byteOffset, rawId.length);
  const high = view.getBigUint64(PARTITION_BYTES);
  const low = view.getBigUint64(PARTITION_BYTES + 8);
  let mixed = high ^ rotateLeft(low, 21n) ^ rotateLeft(BigInt(createdAtMs), 43n);
  mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return mixed ^ (mixed >> 31n);
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

function rotateLeft(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK_64;
}
