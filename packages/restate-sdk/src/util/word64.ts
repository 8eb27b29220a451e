/** Arithmetic on unsigned 64-bit words. */

export function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** @param value a word */
export function rotateLeft(value: bigint, by: bigint): bigint {
  return wrap((value << by) | (value >> (64n - by)));
}
