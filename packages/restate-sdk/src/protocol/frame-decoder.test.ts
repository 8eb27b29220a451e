/** Frames out of chunks: however a stream is cut, the same frames come out, or a clear error. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { anyMessage } from "../../../../test/support/protocol/arbitraries.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { FrameDecoder, type Frame } from "./frame-decoder.js";
import type { Message } from "./messages.js";
import { decodeMessage, ServerOutput } from "./server/codec.js";

const MIB = 1024 * 1024;

describe("whatever the chunks", () => {
  const messages = fc.array(anyMessage, { minLength: 1, maxLength: 6 });

  test("the messages come out as they went in", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const decoder = new FrameDecoder();
        const received: Message[] = [];
        for (const chunk of cutAt(streamOf(sent), cuts)) {
          decoder.push(chunk);
          received.push(...drain(decoder).map((frame) => decodeMessage(frame.name, frame)));
        }
        expect(received).toStrictEqual(sent);
      }),
      { numRuns: 200 },
    );
  });

  test("pushing several chunks before asking makes no difference", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), (sent, cuts) => {
        const decoder = new FrameDecoder();
        for (const chunk of cutAt(streamOf(sent), cuts)) decoder.push(chunk);
        const received = drain(decoder).map((frame) => decodeMessage(frame.name, frame));
        expect(received).toStrictEqual(sent);
      }),
      { numRuns: 200 },
    );
  });

  test("a cut at any byte of two frames", () => {
    const stream = streamOf([RUN, { type: "End" }, RUN]);
    const whole = framesOf([stream]).map(shown);
    for (let cut = 0; cut <= stream.length; cut++) {
      const frames = framesOf([stream.subarray(0, cut), stream.subarray(cut)]);
      expect(frames.map(shown)).toStrictEqual(whole);
    }
  });

  test("single bytes with empty chunks between them", () => {
    const stream = streamOf([RUN, { type: "End" }, RUN]);
    const chunks = [...stream].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)]);
    expect(framesOf(chunks).map(shown)).toStrictEqual(framesOf([stream]).map(shown));
  });
});

describe("memory", () => {
  test("a frame inside one chunk is a view into it, without a copy", () => {
    const stream = streamOf([RUN, RUN]);
    expect(framesOf([stream]).map(({ bytes }) => bytes.buffer)).toEqual([
      stream.buffer,
      stream.buffer,
    ]);
  });

  test("a frame that spans chunks owns exactly its bytes", () => {
    const stream = streamOf([RUN]);
    const [frame] = framesOf([
      stream.subarray(0, 10),
      stream.subarray(10, 13),
      stream.subarray(13),
    ]);
    expect(frame).toMatchObject({ start: 0, end: frame?.bytes.buffer.byteLength });
  });

  test("an announced length takes no memory until its bytes arrive", () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 20 }, () => {
      const decoder = new FrameDecoder();
      decoder.push(header(0x0400, 200 * MIB));
      decoder.push(new Uint8Array(1000));
      expect(decoder.next()).toBeUndefined();
      return decoder;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
    expect(decoders.every((decoder) => decoder.next() === undefined)).toBe(true);
  });

  test("a megabyte in single bytes is collected in linear time", () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0x0400, MIB));
    let frame: Frame | undefined;
    for (let index = 0; index < MIB && frame === undefined; index++) {
      decoder.push(Uint8Array.of(index & 0xff));
      frame = decoder.next();
    }
    expect(frame?.end).toBe(MIB);
    expect(frame?.bytes[MIB - 1]).toBe(0xff);
  });

  test("a quarter of a million chunks pushed at once are collected in linear time", () => {
    const decoder = new FrameDecoder();
    const length = MIB / 4;
    decoder.push(header(0x0400, length));
    for (let index = 0; index < length; index++) decoder.push(Uint8Array.of(1));
    expect(decoder.next()?.end).toBe(length);
  });
});

describe("what cannot be a frame", () => {
  it("is refused when the type is unknown", () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0x0004, 0));
    expect(() => decoder.next()).toThrow(ProtocolError);
    expect(() => decoder.next()).toThrow("Unknown frame type 0x0004");
  });

  it("is refused with a text of its own for custom commands", () => {
    for (const type of [0xfc00, 0xffff]) {
      const decoder = new FrameDecoder();
      decoder.push(header(type, 0));
      expect(() => decoder.next()).toThrow("The journal holds a custom command");
    }
  });

  it("is refused when longer than the limit, as soon as the header is there", () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0x0411, 256 * MIB + 1));
    expect(() => decoder.next()).toThrow(
      "A RunCommand frame announces 268435457 bytes, which is above the limit of 268435456 bytes",
    );
  });

  it("passes at exactly the limit", () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0x0411, 256 * MIB));
    expect(decoder.next()).toBeUndefined();
  });

  it("is refused by default for lengths no server sends", () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0x0411, 0xffff_ffff));
    expect(() => decoder.next()).toThrow("announces 4294967295 bytes");
  });

  it("comes after the good frames before it, and stays refused", () => {
    const decoder = new FrameDecoder();
    decoder.push(streamOf([RUN]));
    decoder.push(header(0x7777, 0));
    expect(decoder.next()?.name).toBe("RunCommand");
    expect(() => decoder.next()).toThrow(ProtocolError);
    decoder.push(streamOf([RUN]));
    expect(() => decoder.next()).toThrow(ProtocolError);
  });

  it("never gives another error or hangs, for arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const decoder = new FrameDecoder();
        try {
          for (const chunk of chunks) {
            decoder.push(chunk);
            for (const frame of drain(decoder)) decodeMessage(frame.name, frame);
          }
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const RUN: Message = { type: "RunCommand", resultCompletionId: 300, name: "charge the card" };

function streamOf(messages: readonly Message[]): Uint8Array {
  const output = new ServerOutput();
  for (const message of messages) output.append(message, 7);
  return output.take() ?? new Uint8Array(0);
}

function framesOf(chunks: readonly Uint8Array[]): Frame[] {
  const decoder = new FrameDecoder();
  return chunks.flatMap((chunk) => {
    decoder.push(chunk);
    return drain(decoder);
  });
}

/** Without the place of the payload, which depends on the chunks. */
function shown({ name, kind, flags, bytes, start, end }: Frame): object {
  return { name, kind, flags, payload: bytes.slice(start, end) };
}

function drain(decoder: FrameDecoder): Frame[] {
  const frames: Frame[] = [];
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame);
  return frames;
}

function cutAt(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const positions = [...new Set(cuts.map((cut) => cut % stream.length))].sort((a, b) => a - b);
  const edges = [0, ...positions, stream.length];
  return edges.slice(1).map((end, index) => stream.subarray(edges[index], end));
}

function header(typeId: number, length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, typeId);
  view.setUint32(4, length);
  return bytes;
}
