/** Errors are recognised across copies of the package, and only where they should be. */
import { describe, expect, it, vi } from "vitest";

import { RestateError } from "./restate-error.js";
import { PauseError, RetryableError } from "./retry-errors.js";
import { CancelledError, TerminalError, TimeoutError } from "./terminal-error.js";

/** The same modules, evaluated a second time, as another copy in the dependency tree would be. */
async function anotherCopy() {
  vi.resetModules();
  return { ...(await import("./terminal-error.js")), ...(await import("./retry-errors.js")) };
}

describe("instanceof", () => {
  it("holds for errors of another copy of the package, in both directions", async () => {
    const other = await anotherCopy();
    expect(other.TerminalError).not.toBe(TerminalError);
    expect(new other.TerminalError("x") instanceof TerminalError).toBe(true);
    expect(new TerminalError("x") instanceof other.TerminalError).toBe(true);
    expect(new other.RetryableError("x") instanceof RetryableError).toBe(true);
  });

  it("follows the class hierarchy across copies", async () => {
    const other = await anotherCopy();
    const cancelled = new other.CancelledError();
    expect(cancelled instanceof CancelledError).toBe(true);
    expect(cancelled instanceof TerminalError).toBe(true);
    expect(cancelled instanceof RestateError).toBe(true);
    expect(cancelled instanceof Error).toBe(true);
    expect(cancelled instanceof TimeoutError).toBe(false);
    expect(cancelled instanceof RetryableError).toBe(false);
    expect(new other.PauseError("x") instanceof RetryableError).toBe(false);
    expect(new other.PauseError("x") instanceof PauseError).toBe(true);
  });

  it("is exact for subclasses of users, which have no brand of their own", async () => {
    class OutOfStock extends TerminalError {}
    class Unpaid extends TerminalError {}
    class SoldOut extends OutOfStock {}
    const other = await anotherCopy();

    expect(new OutOfStock("x") instanceof TerminalError).toBe(true);
    expect(new OutOfStock("x") instanceof OutOfStock).toBe(true);
    expect(new SoldOut("x") instanceof OutOfStock).toBe(true);
    expect(new Unpaid("x") instanceof OutOfStock).toBe(false);
    expect(new TerminalError("x") instanceof OutOfStock).toBe(false);
    expect(new OutOfStock("x") instanceof other.TerminalError).toBe(true);
    expect(new other.TerminalError("x") instanceof OutOfStock).toBe(false);
  });

  it.each([undefined, null, 5, "TerminalError", {}, new Error("x"), { name: "TerminalError" }])(
    "does not hold for %s",
    (value: unknown) => {
      expect(value instanceof TerminalError).toBe(false);
    },
  );
});

it("brands are invisible", () => {
  const error = new TerminalError("x");
  expect(Object.keys(error)).toEqual(["code", "name", "metadata"]);
  expect(Object.getOwnPropertySymbols(error)).toEqual([]);
  expect(Object.keys(TerminalError)).toEqual([]);
});
