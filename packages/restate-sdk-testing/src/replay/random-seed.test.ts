/** Ids and seeds, held against what a Restate 1.7.12 server showed and sent. */
import { expect, test } from "vitest";
import { idsFor, rawInvocationId } from "../runtime/ids.js";
import { seedFromId } from "./random-seed.js";

test("an id is the bytes that the server's awakeable ids carry", () => {
  const raw = rawInvocationId("inv_1foAirY4KKzi0J6d1eW0E0z0hd8no0Wk0E");
  // Of the awakeable id sign_1VIrjy6VAVbNoOu3Zp1uC_ZPo3EG2muYXAAAAEQ without its signal index.
  expect(Buffer.from(raw ?? []).toString("base64url")).toBe("VIrjy6VAVbNoOu3Zp1uC_ZPo3EG2muYX");
});

test("ids of test environments are made like the server's", () => {
  for (const identity of ["a", "b", "c"]) {
    const { id, rawId } = idsFor(identity);
    expect(rawInvocationId(id)).toEqual(rawId);
  }
});

test.each(["inv_1foAirY4KKzi0J6d1eW0E0z0hd8no0Wk0", "dp_11dogw9LLQmXn0tSBXaxgKB", ""])(
  "%j is no id",
  (text) => {
    expect(rawInvocationId(text)).toBeUndefined();
  },
);

test("a number that needs more bytes than there are makes no id", () => {
  expect(rawInvocationId(`inv_1${"z".repeat(33)}`)).toBeUndefined();
});

test("the seed belongs to the id", () => {
  const seeds = ["inv_1foAirY4KKzi0J6d1eW0E0z0hd8no0Wk0E", "inv_11Iv81hX5xk31pdBr5wbjCkCovdzuP1gpb"]
    .map((id) => rawInvocationId(id) ?? new Uint8Array())
    .map(seedFromId);
  expect(new Set(seeds).size).toBe(2);
});
