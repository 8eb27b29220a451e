/** Durations become milliseconds. */
import * as official from "official-sdk-core";
import { describe, expect, it } from "vitest";

import { durationToMillis, millisOrDurationToMillis } from "./duration.js";

describe("durationToMillis", () => {
  it.each([
    [{}, 0],
    [{ milliseconds: 5 }, 5],
    [{ seconds: 1 }, 1_000],
    [{ minutes: 1 }, 60_000],
    [{ hours: 1 }, 3_600_000],
    [{ days: 1 }, 86_400_000],
    [{ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 }, 93_784_005],
    [{ seconds: 1.5 }, 1_500],
    [{ minutes: 1, seconds: -10 }, 50_000],
    [{ milliseconds: 0.25 }, 0.25],
  ])("%j is %d ms", (duration, millis) => {
    expect(durationToMillis(duration)).toBe(millis);
  });

  it("adds up fractions to the same number as the official package", () => {
    for (let tenths = 0; tenths < 300; tenths += 7) {
      const fraction = tenths / 10;
      const duration = { days: fraction, hours: fraction, minutes: fraction, seconds: fraction };
      expect(durationToMillis(duration)).toBe(official.durationToMillis(duration));
    }
  });
});

describe("millisOrDurationToMillis", () => {
  it.each([
    [1_500, 1_500],
    [1.9, 1],
    [-1.9, -1],
    [{ milliseconds: 1.9 }, 1],
    [{ seconds: 2 }, 2_000],
  ])("%j is %d whole milliseconds", (duration, millis) => {
    expect(millisOrDurationToMillis(duration)).toBe(millis);
  });
});
