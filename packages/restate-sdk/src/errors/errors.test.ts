/** The error classes behave like those of the official package, and survive a replay unchanged. */
import * as official from "official-sdk";
import { describe, expect, it } from "vitest";

import * as codes from "./codes.js";
import { isSuspendedError, SuspendedError } from "./internal-errors.js";
import { RestateError } from "./restate-error.js";
import { PauseError, RetryableError } from "./retry-errors.js";
import { CancelledError, TerminalError, TimeoutError } from "./terminal-error.js";

const ours = {
  RestateError,
  TerminalError,
  TimeoutError,
  CancelledError,
  RetryableError,
  PauseError,
};
const cause = new Error("why");

/** What can be seen of an error, except where it was made. */
function visible(error: Error): unknown {
  const { stack: _, ...rest } = Object.getOwnPropertyDescriptors(error);
  return { json: JSON.stringify(error), text: String(error), message: error.message, own: rest };
}

describe("same as official:", () => {
  const cases: Readonly<Record<string, (sdk: typeof ours) => Error>> = {
    "RestateError with defaults": (sdk) => new sdk.RestateError("m"),
    "RestateError with code and cause": (sdk) => new sdk.RestateError("m", { errorCode: 1, cause }),
    "TerminalError with defaults": (sdk) => new sdk.TerminalError("m"),
    "TerminalError with code and metadata": (sdk) =>
      new sdk.TerminalError("m", { errorCode: 404, metadata: { a: "b" } }),
    "TerminalError with a cause": (sdk) => new sdk.TerminalError("m", { cause }),
    TimeoutError: (sdk) => new sdk.TimeoutError(),
    CancelledError: (sdk) => new sdk.CancelledError(),
    "RetryableError with defaults": (sdk) => new sdk.RetryableError("m"),
    "RetryableError with a delay": (sdk) =>
      new sdk.RetryableError("m", { retryAfter: { seconds: 3 }, errorCode: 503 }),
    PauseError: (sdk) => new sdk.PauseError("m", { errorCode: 503, cause }),
    "RetryableError.from an error": (sdk) => sdk.RetryableError.from(cause, { retryAfter: 10 }),
    "RetryableError.from a terminal error": (sdk) =>
      sdk.RetryableError.from(new sdk.TerminalError("gone", { errorCode: 404 })),
    "RetryableError.from an error with an errorCode": (sdk) =>
      sdk.RetryableError.from(Object.assign(new Error("busy"), { errorCode: 503 })),
    "RetryableError.from a string": (sdk) => sdk.RetryableError.from("text"),
    "RetryableError.from undefined": (sdk) => sdk.RetryableError.from(undefined),
    "RetryableError.from a plain object": (sdk) =>
      sdk.RetryableError.from({ code: 7, message: "seven" }),
  };

  it.each(Object.entries(cases))("%s", (_, create) => {
    const expected = visible(create(official)) as { own: object };
    const actual = visible(create(ours)) as { own: object };
    // There, a cause that was not given is an own property all the same.
    const withCause = {
      cause: { value: undefined, writable: true, enumerable: false, configurable: true },
    };
    expect({ ...actual, own: { ...withCause, ...actual.own } }).toEqual({
      ...expected,
      own: { ...withCause, ...expected.own },
    });
  });
});

describe("PauseError.from", () => {
  it("makes a PauseError, where the official package makes a RetryableError", () => {
    const error = PauseError.from(cause);
    expect(error).toBeInstanceOf(PauseError);
    expect(error).not.toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ name: "PauseError", message: "why", code: 500, cause });
  });
});

describe("replay", () => {
  it("an error built anew serialises to the same bytes", () => {
    const build = () => new TerminalError("m", { errorCode: 404, metadata: { order: "5" } });
    const [first, second] = [build(), build()];
    expect(first.stack).not.toBe(second.stack);
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    expect(Object.entries(first)).toEqual(Object.entries(second));
  });

  it("stack and cause are not enumerable", () => {
    const error = new RestateError("m", { cause });
    expect(Object.keys(error)).toEqual(["code", "name"]);
    expect(error.cause).toBe(cause);
  });
});

describe("isSuspendedError", () => {
  it("tells an ending attempt from a failure", () => {
    expect(isSuspendedError(new SuspendedError())).toBe(true);
    expect(isSuspendedError(new RestateError("x", { errorCode: 599 }))).toBe(true);
    expect(isSuspendedError(new TerminalError("x"))).toBe(false);
    expect(isSuspendedError(new Error("Suspended"))).toBe(false);
    expect(isSuspendedError({ code: 599 })).toBe(false);
    expect(isSuspendedError(undefined)).toBe(false);
  });
});

it("every code has one meaning", () => {
  const numbers = Object.values(codes);
  expect(new Set(numbers).size).toBe(numbers.length);
});
