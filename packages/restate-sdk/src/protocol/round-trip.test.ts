/** Every message against an independent protobuf implementation, in both directions. */
import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  futureTree,
  MESSAGE_NAMES,
  messageOf,
} from "../../../../test/support/protocol/arbitraries.js";
import { decodeWithWitness, encodeWithWitness } from "../../../../test/support/protocol/witness.js";
import { decodeNotification } from "./decode.js";
import { encodesTo } from "./encode.js";
import { spanOf } from "./reader.js";
import { isCommandName, isNotificationName } from "./message-types.js";
import type { CommandMessage, FutureTree } from "./messages.js";
import { decodeMessage, encodePayload } from "./server/codec.js";

/** Vitest compares byte by byte and slowly; it is asked only for the report of a difference. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe.each(MESSAGE_NAMES)("%s", (name) => {
  it("is read by another implementation as we meant it", () => {
    fc.assert(
      fc.property(messageOf(name), (message) => {
        expectSame(decodeWithWitness(name, encodePayload(message, 7)), message);
      }),
    );
  });

  it("is read by us as another implementation meant it", () => {
    fc.assert(
      fc.property(messageOf(name), (message) => {
        expectSame(decodeMessage(name, encodeWithWitness(message)), message);
      }),
    );
  });

  it("has the same bytes as from another implementation", () => {
    fc.assert(
      fc.property(messageOf(name), (message) => {
        expectSame(encodePayload(message, 7), encodeWithWitness(message));
      }),
    );
  });
});

test("a notification read by the common shape equals the one read by its name", () => {
  const names = MESSAGE_NAMES.filter(isNotificationName);
  fc.assert(
    fc.property(fc.constantFrom(...names).chain(messageOf), (message) => {
      const payload = encodePayload(message, 7);
      const { type: _, ...notification } = decodeMessage(message.type, payload);
      expect(decodeNotification(message.type, spanOf(payload))).toStrictEqual({
        ...notification,
        next: undefined,
      });
    }),
  );
});

describe("encodesTo", () => {
  const anyCommand = fc
    .constantFrom(...MESSAGE_NAMES.filter(isCommandName))
    .chain(messageOf) as fc.Arbitrary<CommandMessage>;

  it("holds for the command's own payload", () => {
    fc.assert(
      fc.property(anyCommand, (command) =>
        encodesTo(command, 7, spanOf(encodePayload(command, 7))),
      ),
    );
  });

  it("does not hold when a byte differs, is missing or is added", () => {
    const message = { type: "RunCommand", resultCompletionId: 3, name: "pay" } as const;
    const payload = encodePayload(message, 6);
    expect(encodesTo({ ...message, name: "bay" }, 6, spanOf(payload))).toBe(false);
    expect(encodesTo(message, 6, spanOf(payload.subarray(1)))).toBe(false);
    expect(encodesTo(message, 6, spanOf(Uint8Array.of(...payload, 0)))).toBe(false);
  });
});

describe.each([5, 6] as const)("Suspension in version %i", (version) => {
  it("carries the leaves in flat lists", () => {
    fc.assert(
      fc.property(futureTree, (tree) => {
        const awaitingOn: FutureTree = { ...tree, combinator: "unknown", nested: [] };
        const payload = encodePayload({ type: "Suspension", awaitingOn }, version);
        expect(decodeWithWitness("Suspension", payload)).toStrictEqual({
          type: "Suspension",
          awaitingOn,
        });
        expect(decodeMessage("Suspension", payload)).toStrictEqual({
          type: "Suspension",
          awaitingOn,
        });
      }),
    );
  });

  it("loses no leaf of a nested tree", () => {
    const leaf = (completion: number, namedSignal: string): FutureTree => ({
      combinator: "firstCompleted",
      completions: [completion],
      signals: [completion + 100],
      namedSignals: [namedSignal],
      nested: [],
    });
    const awaitingOn = { ...leaf(1, "a"), nested: [{ ...leaf(2, "b"), nested: [leaf(3, "c")] }] };
    const payload = encodePayload({ type: "Suspension", awaitingOn }, version);
    expect(decodeMessage("Suspension", payload).awaitingOn).toStrictEqual({
      combinator: "unknown",
      completions: [1, 2, 3],
      signals: [101, 102, 103],
      namedSignals: ["a", "b", "c"],
      nested: [],
    });
  });
});
