/** SipHash-1-3 with a zero key: how seeds are derived from invocation ids where the server sends none (V5). */
const MASK = (1n << 64n) - 1n;

export function sipHash13(bytes: Uint8Array): bigint {
  const state = [
    0x736f6d6570736575n,
    0x646f72616e646f6dn,
    0x6c7967656e657261n,
    0x7465646279746573n,
  ];
  const wholeWords = bytes.length - (bytes.length % 8);
  for (let at = 0; at < wholeWords; at += 8) absorb(state, readWord(bytes, at, 8));
  const tail = readWord(bytes, wholeWords, bytes.length % 8);
  absorb(state, (BigInt(bytes.length & 0xff) << 56n) | tail);
  state[2] = word(state, 2) ^ 0xffn;
  for (let i = 0; i < 3; i++) round(state);
  return word(state, 0) ^ word(state, 1) ^ word(state, 2) ^ word(state, 3);
}

function absorb(state: bigint[], message: bigint): void {
  state[3] = word(state, 3) ^ message;
  round(state);
  state[0] = word(state, 0) ^ message;
}

function round(state: bigint[]): void {
  let [v0, v1, v2, v3] = [word(state, 0), word(state, 1), word(state, 2), word(state, 3)];
  v0 = (v0 + v1) & MASK;
  v1 = rotateLeft(v1, 13n) ^ v0;
  v0 = rotateLeft(v0, 32n);
  v2 = (v2 + v3) & MASK;
  v3 = rotateLeft(v3, 16n) ^ v2;
  v0 = (v0 + v3) & MASK;
  v3 = rotateLeft(v3, 21n) ^ v0;
  v2 = (v2 + v1) & MASK;
  v1 = rotateLeft(v1, 17n) ^ v2;
  v2 = rotateLeft(v2, 32n);
  state[0] = v0;
  state[1] = v1;
  state[2] = v2;
  state[3] = v3;
}

function rotateLeft(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}

function readWord(bytes: Uint8Array, at: number, length: number): bigint {
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

function word(state: readonly bigint[], index: number): bigint {
  return state[index] ?? 0n;
}
