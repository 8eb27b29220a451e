/** SipHash-1-3 with a zero key: how seeds are derived from invocation ids where the server sends none (V5). */
import { rotateLeft, wrap } from "./word64.js";

export function sipHash13(bytes: Uint8Array): bigint {
  let a = 0x736f6d6570736575n;
  let b = 0x646f72616e646f6dn;
  let c = 0x6c7967656e657261n;
  let d = 0x7465646279746573n;
  const round = () => {
    a = wrap(a + b);
    b = rotateLeft(b, 13n) ^ a;
    a = rotateLeft(a, 32n);
    c = wrap(c + d);
    d = rotateLeft(d, 16n) ^ c;
    a = wrap(a + d);
    d = rotateLeft(d, 21n) ^ a;
    c = wrap(c + b);
    b = rotateLeft(b, 17n) ^ c;
    c = rotateLeft(c, 32n);
  };
  // The last word holds what is left over, and in its last byte the length.
  const words = new DataView(new ArrayBuffer(bytes.length + 8 - (bytes.length % 8)));
  new Uint8Array(words.buffer).set(bytes);
  words.setUint8(words.byteLength - 1, bytes.length);
  for (let at = 0; at < words.byteLength; at += 8) {
    const word = words.getBigUint64(at, true);
    d ^= word;
    round();
    a ^= word;
  }
  c ^= 0xffn;
  round();
  round();
  round();
  return a ^ b ^ c ^ d;
}
