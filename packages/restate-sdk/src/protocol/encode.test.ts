/** The output buffer: frames as the server expects them, and who owns which bytes. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { anyMessage } from "../../../../test/support/protocol/arbitraries.js";
import type { Message } from "./messages.js";
import { encodePayload, ServerOutput, typeIdOf } from "./server/codec.js";
import type { ProtocolVersion } from "./version.js";

const RUN: Message = { type: "RunCommand", resultCompletionId: 3, name: "pay" };

describe("a frame", () => {
  test("is type, flags and length, then the payload", () => {
    expect([...frameOf(RUN, 6)]).toEqual([
      0x04, 0x11, 0, 0, 0, 0, 0, 7, 0x58, 3, 0x62, 3, 0x70, 0x61, 0x79,
    ]);
  });

  test("has the message's number and its payload's length", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const frame = frameOf(message, 7);
        const view = new DataView(frame.buffer, frame.byteOffset);
        expect(view.getUint16(0)).toBe(typeIdOf(message.type));
        expect(view.getUint32(4)).toBe(frame.length - 8);
        expect(frame.subarray(8)).toEqual(encodePayload(message, 7));
      }),
    );
  });

  test.each<[ProtocolVersion, number]>([
    [5, 0],
    [6, 0],
    [7, 0x8000],
  ])("of a run proposal in version %i has the flags %i", (version, flags) => {
    const result = { kind: "value", value: Uint8Array.of(1) } as const;
    const frame = frameOf({ type: "ProposeRunCompletion", resultCompletionId: 1, result }, version);
    expect(new DataView(frame.buffer).getUint16(2)).toBe(flags);
  });

  test("of any other message has no flags", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        fc.pre(message.type !== "ProposeRunCompletion");
        const frame = frameOf(message, 7);
        return frame[2] === 0 && frame[3] === 0;
      }),
    );
  });
});

describe("taking", () => {
  it("gives everything since the last take, in order", () => {
    const output = new ServerOutput();
    expect(output.take()).toBeUndefined();
    output.append(RUN, 6);
    output.append({ type: "End" }, 6);
    expect(output.isEmpty).toBe(false);
    expect(output.take()).toEqual(
      Uint8Array.of(...frameOf(RUN, 6), ...frameOf({ type: "End" }, 6)),
    );
    expect(output.isEmpty).toBe(true);
    expect(output.take()).toBeUndefined();
  });

  it("leaves the taken bytes alone afterwards", () => {
    const output = new ServerOutput();
    output.append(RUN, 6);
    const taken = output.take();
    const snapshot = taken?.slice();
    output.append(
      { type: "OutputCommand", result: { kind: "value", value: new Uint8Array(900) }, name: "" },
      6,
    );
    expect(taken).toEqual(snapshot);
    output.take();
    expect(taken).toEqual(snapshot);
  });

  it("leaves the bytes alone that other buffers gave", () => {
    const buffers = Array.from({ length: 200 }, () => new ServerOutput());
    const taken: Uint8Array[] = [];
    for (const size of [0, 900, 4000, 5000]) {
      const value = new Uint8Array(size).fill(size);
      const result = { kind: "value", value } as const;
      for (const output of buffers) output.append({ type: "OutputCommand", result, name: "" }, 6);
      for (const output of buffers) taken.push(output.take() ?? new Uint8Array());
    }
    for (const [index, bytes] of taken.entries()) {
      const first = taken[index - (index % buffers.length)] ?? new Uint8Array();
      expect(Buffer.compare(bytes, first)).toBe(0);
    }
  });

  it("gives frames of any sizes whole", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyMessage, fc.constant(undefined))), (steps) => {
        const output = new ServerOutput();
        let expected: number[] = [];
        for (const message of [...steps, undefined]) {
          if (message === undefined) {
            expect([...(output.take() ?? [])]).toEqual(expected);
            expected = [];
          } else {
            output.append(message, 7);
            expected.push(...frameOf(message, 7));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("ownership", () => {
  test("the message's bytes may change after append", () => {
    const value = new Uint8Array(50_000).fill(7);
    const output = new ServerOutput();
    output.append({ type: "SetStateCommand", key: Uint8Array.of(1), value, name: "" }, 6);
    value.fill(0);
    expect(output.take()?.at(-1)).toBe(7);
  });

  test("payloads stay intact when others are encoded", () => {
    const first = encodePayload(RUN, 6);
    const snapshot = first.slice();
    encodePayload({ type: "ClearAllStateCommand", name: "x".repeat(300) }, 6);
    expect(first).toEqual(snapshot);
  });
});

describe("an append that fails half-way", () => {
  it("leaves the frames before it and none of its own bytes", () => {
    const broken = { type: "CallCommand", serviceName: "Greeter" } as unknown as Message;
    const output = new ServerOutput();
    output.append(RUN, 6);
    expect(() => {
      output.append(broken, 6);
    }).toThrow();
    output.append({ type: "End" }, 6);
    expect(output.take()).toEqual(
      Uint8Array.of(...frameOf(RUN, 6), ...frameOf({ type: "End" }, 6)),
    );
  });
});

function frameOf(message: Message, version: ProtocolVersion): Uint8Array {
  const output = new ServerOutput();
  output.append(message, version);
  return output.take()?.slice() ?? new Uint8Array(0);
}
