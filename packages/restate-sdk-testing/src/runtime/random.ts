/** Randomness that depends on a seed alone: choices of the scheduler, ids, and the seeds of handlers. */

/** Numbers in [0, 1). */
export type Random = () => number;

/** A small, fast generator (mulberry32); its period is long enough for schedules. */
export function createRandom(seed: number | string): Random {
  let state = hash32(String(seed), 0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that depend on the text alone; not for security. */
export function hashBytes(text: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (let offset = 0; offset + 4 <= length; offset += 4) {
    view.setUint32(offset, hash32(text, offset + 1));
  }
  return bytes;
}

/** FNV-1a with a final mix, so that texts which differ in their last character only differ everywhere. */
function hash32(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
