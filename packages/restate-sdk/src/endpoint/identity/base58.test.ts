import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase58 } from "./base58.js";
import { encodeBase58 } from "./signing.fixture.js";

test("decodes a public key as the server writes it", () => {
  const decoded = decodeBase58("AfQwmwfgEZhrWpvv8N52SHpRtZqGGaFr4AZN6qtYWSiY");
  expect(Buffer.from(decoded ?? []).toString("base64")).toBe(
    "j5BTvH+WJo0QGHm2hdLOuk6P7szKgTQxmpnnmZe/DcU=",
  );
});

test.each([
  ["", []],
  ["1", [0]],
  ["11", [0, 0]],
  ["2", [1]],
  ["z", [57]],
  ["5R", [1, 0]],
  ["15R", [0, 1, 0]],
])("%s", (text, bytes) => {
  expect(decodeBase58(text)).toEqual(Uint8Array.from(bytes));
  expect(encodeBase58(Uint8Array.from(bytes))).toBe(text);
});

test.each(["0", "O", "I", "l", "+", " ", "a-b", "é"])("%s is not base58", (text) => {
  expect(decodeBase58(text)).toBeUndefined();
});

test("decoding reverses encoding", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(decodeBase58(encodeBase58(bytes))).toEqual(bytes);
    }),
  );
});
