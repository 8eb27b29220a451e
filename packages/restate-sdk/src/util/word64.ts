/** Arithmetic on unsigned 64-bit words. */

export function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** @param value a word */
export function rotateLeft(value: bigint, by: bigint): bigint {
  return wrap((value << by) | (value >> (64n - by)));
}

/** The last steps of SplitMix64: every bit of the result depends on every bit of the word. */
export function mix(word: bigint): bigint {
  let z = word;
  z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
