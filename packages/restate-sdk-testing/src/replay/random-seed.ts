/** The seeds that a server draws from invocation ids: its admin API does not tell them. */
import { mix, rotateLeft, sipHash13 } from "../codec.js";
import { PARTITION_BYTES } from "../runtime/ids.js";

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
  return mix(high ^ rotateLeft(low, 21n) ^ rotateLeft(BigInt(createdAtMs), 43n));
}
