/** Awakeable ids: the same text as other SDKs make, and back. */
import { Buffer } from "node:buffer";

import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeAwakeableId, parseAwakeableId } from "./awakeable-id.js";

const uint32 = fc.nat({ max: 2 ** 32 - 1 });

test("an id is the prefix and base64url of invocation id and index", () => {
  expect(encodeAwakeableId(Uint8Array.of(1, 2, 0xff), 17)).toBe("sign_1AQL_AAAAEQ");
});

test("the text equals Node's base64url for every length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), uint32, (invocationId, index) => {
      const content = Buffer.concat([invocationId, Buffer.alloc(4)]);
      content.writeUInt32BE(index, invocationId.length);
      expect(encodeAwakeableId(invocationId, index)).toBe(`sign_1${content.toString("base64url")}`);
    }),
  );
});

test("parsing gives back what was encoded, with padding or without", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), uint32, (invocationId, signalIndex) => {
      const text = encodeAwakeableId(invocationId, signalIndex);
      const padded = text + "=".repeat((4 - ((text.length - "sign_1".length) % 4)) % 4);
      expect(parseAwakeableId(text)).toStrictEqual({ invocationId, signalIndex });
      expect(parseAwakeableId(padded)).toStrictEqual({ invocationId, signalIndex });
    }),
  );
});

test.each([
  ["another prefix", "prom_1AQL_AAAAEQ"],
  ["an invocation id", "inv_1AQL_AAAAEQ"],
  ["no text", ""],
  ["a character outside base64url", "sign_1AQL+AAAAEQ"],
  ["too short for an index", "sign_1AAAA"],
  ["a length that base64 never has", "sign_1AQL_AAAAE"],
  ["padding within", "sign_1AQL=AAAAEQ"],
])("%s is no awakeable id", (_, text) => {
  expect(parseAwakeableId(text)).toBeUndefined();
});
