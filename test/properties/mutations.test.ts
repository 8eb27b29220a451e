/** Every mistake that looks right is caught by the same cases that find the SDK itself correct. */
import { describe, expect, it } from "vitest";
import { MUTATIONS, type Mutation } from "./support/mutations.js";
import { FailedCase, runCase } from "./support/run-case.js";

const FIRST_SEED = 1;
const MAX_CASES = 3000;

describe("the property tests notice that", () => {
  it.each(MUTATIONS)("$name", async (mutation) => {
    expect(await casesUntilCaught(mutation)).toBeLessThanOrEqual(MAX_CASES);
  });
});

export async function casesUntilCaught({ apply, needsCodec }: Mutation): Promise<number> {
  const undo = apply();
  try {
    for (let count = 1; count <= MAX_CASES; count++) {
      try {
        await runCase({ seed: FIRST_SEED + count, isCodecAsync: needsCodec ?? false });
      } catch (error) {
        if (error instanceof FailedCase) return count;
        throw error;
      }
    }
    return Infinity;
  } finally {
    undo();
  }
}
