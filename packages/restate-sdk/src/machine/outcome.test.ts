import { expect, test } from "vitest";
import { ProtocolError } from "../errors/protocol-error.js";
import { toErrorMessage, toProtocolFailure, unsupported } from "./outcome.js";

test("an error message carries what is known of the failure", () => {
  const failure = {
    code: 500,
    message: "boom",
    stacktrace: "at boom",
    relatedCommand: { index: 3, type: "RunCommand", name: "charge" },
    nextRetryDelayMs: 250,
    behavior: "pause",
    cause: new Error("boom"),
  } as const;
  expect(toErrorMessage(failure)).toEqual({
    type: "Error",
    code: 500,
    message: "boom",
    stacktrace: "at boom",
    relatedCommandIndex: 3,
    relatedCommandName: "charge",
    relatedCommandType: 0x0411,
    nextRetryDelay: 250,
    behavior: "pause",
  });
});

test("what is not known is left out, an empty name too", () => {
  expect(toErrorMessage({ code: 500, message: "boom" })).toEqual({
    type: "Error",
    code: 500,
    message: "boom",
    stacktrace: "",
    relatedCommandIndex: undefined,
    relatedCommandName: undefined,
    relatedCommandType: undefined,
    nextRetryDelay: undefined,
    behavior: "retry",
  });
  const unnamed = { index: 3, type: "SleepCommand", name: "" } as const;
  const message = toErrorMessage({ code: 500, message: "boom", relatedCommand: unnamed });
  expect(message).toMatchObject({ relatedCommandIndex: 3, relatedCommandName: undefined });
});

test("errors with odd fields can be sent all the same", () => {
  const odd = { message: 5, stacktrace: ["at boom"] } as unknown as {
    message: string;
    stacktrace: string;
  };
  expect(toErrorMessage({ code: 500, ...odd })).toMatchObject({
    message: "5",
    stacktrace: "at boom",
  });
});

test.each([
  [0, 0],
  [250, 250],
  [0.4, 0],
  [undefined, undefined],
  [NaN, undefined],
  [-1, undefined],
  [Infinity, undefined],
])("a delay of %s is sent as %s", (nextRetryDelayMs, nextRetryDelay) => {
  const failure = { code: 500, message: "boom", nextRetryDelayMs };
  expect(toErrorMessage(failure)).toMatchObject({ nextRetryDelay });
});

test("malformed input is a violation of the protocol, anything else an internal error", () => {
  const violation = new ProtocolError("a cut frame");
  expect(toProtocolFailure(violation)).toMatchObject({
    code: 571,
    message: "a cut frame",
    cause: violation,
  });
  expect(toProtocolFailure(new TypeError("oops"))).toMatchObject({ code: 500, message: "oops" });
  expect(toProtocolFailure("oops")).toMatchObject({
    code: 500,
    message: 'Non-Error value: "oops"',
  });
});

test("a missing feature names the version that has it", () => {
  const { code, message } = unsupported("scope", "A scope", 6);
  expect(code).toBe(573);
  expect(message).toContain("A scope needs service protocol V7, but this invocation uses V6");
});
