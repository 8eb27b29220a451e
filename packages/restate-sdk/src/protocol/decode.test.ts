/** What the decoders do with payloads that our own encoder would not write. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { anyMessage, MESSAGE_NAMES } from "../../../../test/support/protocol/arbitraries.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { decodeNotification } from "./decode.js";
import { spanOf, type Span } from "./reader.js";
import type { MessageName } from "./message-types.js";
import { decodeMessage, encodePayload } from "./server/codec.js";

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): number[] => [...new TextEncoder().encode(value)];

describe("tolerance", () => {
  test("fields in any order, with unknown fields of every wire type between them", () => {
    const unknown = fc.constantFrom(
      bytes(0x98, 0x06, 0x96, 0x01), // field 99, varint
      bytes(0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8), // field 99, 64 bits
      bytes(0x9a, 0x06, 3, 1, 2, 3), // field 99, bytes
      bytes(0x9d, 0x06, 1, 2, 3, 4), // field 99, 32 bits
      bytes(0xf8, 0xff, 0xff, 0xff, 0x0f, 1), // the largest field number
    );
    fc.assert(
      fc.property(
        anyMessage,
        fc.array(unknown),
        fc.infiniteStream(fc.nat()),
        (message, extra, seed) => {
          const parts = shuffle([...splitFields(encodePayload(message, 7)), ...extra], seed);
          const reordered = bytes(...parts.flatMap((part) => [...part]));
          expect(decodeMessage(message.type, reordered)).toStrictEqual(message);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("unknown fields inside nested messages", () => {
    const value = [0x0a, 2, 7, 8, 0x10, 1]; // content, then an unknown number
    expect(
      decodeNotification("RunCompletionNotification", spanOf(bytes(0x08, 1, 0x2a, 6, ...value))),
    ).toEqual({ id: { kind: "completion", id: 1 }, result: { kind: "value", value: bytes(7, 8) } });
  });

  test("repeated numbers packed, one by one and mixed", () => {
    const payload = bytes(0x0a, 2, 1, 2, 0x08, 3, 0x0a, 3, 4, 0x80, 0x01, 0x10, 9);
    const { awaitingOn } = decodeMessage("Suspension", payload);
    expect(awaitingOn.completions).toEqual([1, 2, 3, 4, 128]);
    expect(awaitingOn.signals).toEqual([9]);
  });

  test("of a oneof sent twice the last counts", () => {
    const payload = bytes(0x08, 1, 0x22, 0, 0x2a, 3, 0x0a, 1, 5);
    expect(decodeNotification("SignalNotification", spanOf(payload)).result).toEqual({
      kind: "value",
      value: bytes(5),
    });
  });

  test("numbers with needless continuation bytes", () => {
    const ten = [0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
    expect(decodeMessage("ProposeRunCompletionAck", bytes(0x08, ...ten)).completionId).toBe(5);
  });

  test("32-bit numbers keep the lower bits of longer ones", () => {
    const payload = bytes(0x08, 0x81, 0x80, 0x80, 0x80, 0x80, 0x01); // 2^35 + 1
    expect(decodeMessage("ProposeRunCompletionAck", payload).completionId).toBe(1);
  });

  test("combinators and behaviors that came after this SDK fall back to the weakest", () => {
    expect(decodeMessage("AwaitingOn", bytes(0x0a, 2, 0x28, 77)).awaitingOn.combinator).toBe(
      "unknown",
    );
    expect(decodeMessage("Error", bytes(0x48, 77)).behavior).toBe("retry");
  });

  test("an empty payload is the message with all defaults, where nothing is mandatory", () => {
    expect(decodeMessage("InputCommand", bytes())).toEqual({
      type: "InputCommand",
      headers: [],
      value: bytes(),
      name: "",
    });
    expect(decodeMessage("Start", bytes())).toMatchObject({ knownEntries: 0, randomSeed: 0n });
  });
});

describe("numbers of 64 bits", () => {
  const allOnes = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

  test("the random seed keeps all bits", () => {
    const start = decodeMessage("Start", bytes(0x48, ...allOnes));
    expect(start.randomSeed).toBe(2n ** 64n - 1n);
    expect(decodeMessage("Start", encodePayload(start, 6)).randomSeed).toBe(2n ** 64n - 1n);
  });

  test("times above the largest safe integer come out as that", () => {
    expect(decodeMessage("SleepCommand", bytes(0x08, ...allOnes)).wakeUpTime).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  test.each([
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [2 ** 60, Number.MAX_SAFE_INTEGER],
    [Infinity, Number.MAX_SAFE_INTEGER],
    [1234.9, 1234],
    [0.4, 0],
    [-1, 0],
    [NaN, 0],
  ])("a wake-up time of %d is sent as %d", (wakeUpTime, sent) => {
    const payload = encodePayload(
      { type: "SleepCommand", wakeUpTime, resultCompletionId: 1, name: "" },
      6,
    );
    expect(decodeMessage("SleepCommand", payload).wakeUpTime).toBe(sent);
  });
});

describe("text", () => {
  test("lone surrogates are sent as replacement characters", () => {
    for (const before of ["", "é", "x".repeat(200)]) {
      const value = `${before}\ud800`;
      const payload = encodePayload({ type: "ClearAllStateCommand", name: value }, 6);
      expect(decodeMessage("ClearAllStateCommand", payload).name).toBe(`${before}\ufffd`);
    }
  });

  test.each([
    ["a stray continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a character cut short", [...text("ab"), 0xe2, 0x82]],
  ])("%s is an error", (_, content) => {
    expect(() => decodeMessage("RunCommand", bytes(0x62, content.length, ...content))).toThrow(
      "Malformed RunCommand message at byte " +
        `${content.length + 2}, field 12: the text is not valid UTF-8`,
    );
  });

  test("state keys that aren't text are shown with replacement characters", () => {
    const keys = [0x0a, 1, 0xff, 0x0a, 1, ...text("b")];
    const payload = bytes(0x08, 1, 0x8a, 0x01, keys.length, ...keys);
    expect(
      decodeNotification("GetLazyStateKeysCompletionNotification", spanOf(payload)).result,
    ).toEqual({
      kind: "stateKeys",
      keys: ["\ufffd", "b"],
    });
  });
});

describe("errors name message, field and reason", () => {
  test.each<[string, MessageName, Uint8Array, string]>([
    ["a number cut short", "RunCommand", bytes(0x58, 0x80), "field 11: it ends inside a number"],
    ["a tag cut short", "RunCommand", bytes(0x80), "it ends inside a number"],
    [
      "an endless number",
      "RunCommand",
      bytes(0x58, ...Array<number>(11).fill(0xff)),
      "field 11: a number has more than 64 bits",
    ],
    [
      "65 bits",
      "RunCommand",
      bytes(0x58, ...Array<number>(9).fill(0xff), 0x02),
      "field 11: a number has more than 64 bits",
    ],
    ["field number 0", "RunCommand", bytes(0x02, 0), "field 0: the field number is out of range"],
    [
      "a length beyond the end",
      "RunCommand",
      bytes(0x62, 5, 1, 2),
      "field 12: it needs 5 bytes, but only 2 are left",
    ],
    [
      "a huge length",
      "RunCommand",
      bytes(0x62, 0xff, 0xff, 0xff, 0xff, 0x0f),
      "field 12: it needs 4294967295 bytes, but only 0 are left",
    ],
    [
      "a negative length",
      "RunCommand",
      bytes(0x62, ...Array<number>(9).fill(0xff), 0x01),
      "field 12: it needs 18446744073709552000 bytes, but only 0 are left",
    ],
    [
      "a length that would wrap around",
      "RunCommand",
      bytes(0x62, 0x82, 0x80, 0x80, 0x80, 0x10, 1, 2),
      "field 12: it needs 4294967298 bytes, but only 2 are left",
    ],
    [
      "text where a number belongs",
      "RunCommand",
      bytes(0x5a, 1, 1),
      "field 11: expected wire type 0, found 2",
    ],
    [
      "a number where text belongs",
      "RunCommand",
      bytes(0x60, 1),
      "field 12: expected wire type 2, found 0",
    ],
    ["a group", "RunCommand", bytes(0x9b, 0x06), "field 99: wire type 3 is not in use"],
    [
      "64 bits cut short",
      "RunCommand",
      bytes(0x99, 0x06, 1, 2),
      "field 99: it needs 8 bytes, but only 2 are left",
    ],
    [
      "nested content that leaves its message",
      "OutputCommand",
      bytes(0x72, 2, 0x0a, 5, 1, 2, 3, 4, 5),
      "field 1: it needs 5 bytes, but only 0 are left",
    ],
    [
      "packed numbers that leave their field",
      "Suspension",
      bytes(0x0a, 1, 0x80, 0x01),
      "field 1: it ends inside a number",
    ],
  ])("%s", (_, name, payload, reason) => {
    expect(() => decodeMessage(name, payload)).toThrow(ProtocolError);
    expect(() => decodeMessage(name, payload)).toThrow(`Malformed ${name} message at byte `);
    expect(() => decodeMessage(name, payload)).toThrow(reason);
  });

  test.each<[MessageName, string]>([
    ["OutputCommand", "result"],
    ["ProposeRunCompletion", "result"],
    ["GetEagerStateCommand", "result"],
    ["CompletePromiseCommand", "completion"],
    ["SendSignalCommand", "signalId"],
    ["AttachInvocationCommand", "target"],
    ["GetInvocationOutputCommand", "target"],
    ["CompleteAwakeableCommand", "result"],
    ["SleepCompletionNotification", "id"],
  ])("%s without its %s", (name, missing) => {
    expect(() => decodeMessage(name, bytes())).toThrow(
      new ProtocolError(`Malformed ${name} message: it has no ${missing}`),
    );
  });

  test("a payload amid other bytes: the place counts from where it begins, and nothing behind it is read", () => {
    const payload = bytes(0x08, 1, 0x2a, 9, 0x0a, 1, 7);
    const chunk = bytes(1, 2, 3, ...payload, 0, 0, 0, 0, 0);
    const read = (span: Span) => () => decodeNotification("RunCompletionNotification", span);
    const error =
      "Malformed RunCompletionNotification message at byte 4, field 5: it needs 9 bytes, but only 3 are left";
    expect(read(spanOf(payload))).toThrow(error);
    expect(read({ bytes: chunk, start: 3, end: 10 })).toThrow(error);
  });

  test("a notification without a result", () => {
    expect(() => decodeNotification("CallCompletionNotification", spanOf(bytes(0x08, 1)))).toThrow(
      "Malformed CallCompletionNotification message: it has no result",
    );
  });

  test("trees nested deeper than the server allows", () => {
    let payload = bytes();
    for (let depth = 0; depth < 1_010; depth++) {
      payload = bytes(0x22, ...lengthPrefix(payload.length), ...payload);
    }
    expect(() => decodeMessage("Suspension", payload)).toThrow(
      "messages are nested more than 1001 deep",
    );
  });
});

describe("views", () => {
  test("byte fields are views into the payload", () => {
    const payload = encodePayload(
      { type: "SetStateCommand", key: bytes(1), value: bytes(2, 3), name: "" },
      6,
    );
    expect(decodeMessage("SetStateCommand", payload).value.buffer).toBe(payload.buffer);
  });

  test("those of Buffers, whose slice does not copy, are plain arrays", () => {
    const payload = Buffer.from(
      encodePayload({ type: "SetStateCommand", key: bytes(1), value: bytes(2), name: "" }, 6),
    );
    expect(decodeMessage("SetStateCommand", payload).value.constructor).toBe(Uint8Array);
  });

  test("the invocation id is a copy, which keeps nothing else alive", () => {
    const payload = bytes(0x0a, 3, 1, 2, 3);
    const { id } = decodeMessage("Start", payload);
    expect([...id]).toEqual([1, 2, 3]);
    expect(id.buffer).not.toBe(payload.buffer);
  });
});

describe("arbitrary bytes", () => {
  const name = fc.constantFrom(...MESSAGE_NAMES);

  it("give a message or a ProtocolError", () => {
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 300 }), (type, payload) => {
        expectMessageOrProtocolError(type, payload);
      }),
      { numRuns: 5000 },
    );
  });

  it("give a message or a ProtocolError when they were once a message", () => {
    fc.assert(
      fc.property(
        anyMessage,
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.nat(),
        (message, at, byte, cut) => {
          const payload = encodePayload(message, 7);
          if (payload.length === 0) return;
          payload[at % payload.length] = byte;
          expectMessageOrProtocolError(message.type, payload);
          expectMessageOrProtocolError(message.type, payload.subarray(0, cut % payload.length));
        },
      ),
      { numRuns: 3000 },
    );
  });

  function expectMessageOrProtocolError(type: MessageName, payload: Uint8Array): void {
    try {
      decodeMessage(type, payload);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
});

/** The payload's fields, each with its tag. */
function splitFields(payload: Uint8Array): Uint8Array[] {
  const fields: Uint8Array[] = [];
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = payload[position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (position < payload.length) {
    const start = position;
    const isNumber = (varint() & 7) === 0;
    const value = varint();
    if (!isNumber) position += value;
    fields.push(payload.subarray(start, position));
  }
  return fields;
}

/** In another order, except that fields with the same tag keep theirs: for lists it has a meaning. */
function shuffle(fields: readonly Uint8Array[], seed: Iterable<number>): Uint8Array[] {
  const random = seed[Symbol.iterator]();
  const keyed = fields.map((field) => ({ field, order: Number(random.next().value) }));
  const shuffled = [...keyed].sort((left, right) => left.order - right.order);
  const byTag = new Map<string, Uint8Array[]>();
  for (const { field } of keyed) {
    const tag = tagOf(field);
    byTag.set(tag, [...(byTag.get(tag) ?? []), field]);
  }
  return shuffled.map(({ field }) => byTag.get(tagOf(field))?.shift() ?? field);
}

function tagOf(field: Uint8Array): string {
  const end = field.findIndex((byte) => byte < 0x80);
  return field.subarray(0, end + 1).join();
}

function lengthPrefix(length: number): number[] {
  const prefix: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80);
  return [...prefix, rest];
}
