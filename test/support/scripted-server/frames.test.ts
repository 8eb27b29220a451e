import fc from "fast-check";
import { expect, it } from "vitest";
import { concatBytes, encodeFrame, FrameReader } from "./frames.js";

const frame = fc.uint8Array({ maxLength: 40 }).map((payload) => ({ payload }));

it("reads the same frames however the bytes are cut", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(frame), cuts, (frames, sizes) => {
      const bytes = concatBytes(frames.map(({ payload }) => encodeFrame("RunCommand", payload)));
      const reader = new FrameReader();
      const read = [];
      for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        read.push(...reader.push(bytes.subarray(offset, offset + size)));
        offset += size;
      }
      expect(read.map(({ payload }) => [...payload])).toEqual(
        frames.map(({ payload }) => [...payload]),
      );
      expect(reader.leftoverBytes).toBe(0);
    }),
  );
});

it("refuses reserved flags", () => {
  const bytes = encodeFrame("End", new Uint8Array());
  bytes[3] = 1;
  expect(() => new FrameReader().push(bytes)).toThrow("reserved flags");
});
