import { expect, test } from "vitest";
import { sipHash13 } from "./siphash.js";

test("the hash of nothing is the one of Rust's default hasher", () => {
  expect(sipHash13(new Uint8Array(0))).toBe(15_130_871_412_783_076_140n);
});

test("every byte counts, and so does the length", () => {
  const hashes = new Set<bigint>();
  for (let length = 0; length <= 40; length++) {
    const bytes = new Uint8Array(length);
    hashes.add(sipHash13(bytes));
    for (let at = 0; at < length; at++) {
      bytes[at] = 1;
      hashes.add(sipHash13(bytes));
      bytes[at] = 0;
    }
  }
  expect(hashes.size).toBe(41 + (40 * 41) / 2);
});

test("hashes are 64 bits wide", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index);
  for (let length = 0; length <= 300; length++) {
    const hash = sipHash13(bytes.subarray(0, length));
    expect(hash).toBe(BigInt.asUintN(64, hash));
  }
});
