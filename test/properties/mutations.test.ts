/** Every mistake that looks right is caught by the cases that find the SDK itself correct. */
import { describe, expect, it } from "vitest";
import { catchMutation } from "./support/caught.js";
import { MUTATIONS } from "./support/mutations.js";

const MAX_CASES = 4000;

describe("the property tests notice that", () => {
  it.each(MUTATIONS)("$name", { timeout: 120_000 }, async (mutation) => {
    const { failure } = await catchMutation(mutation, MAX_CASES);
    expect(failure).toBeDefined();
  });
});
