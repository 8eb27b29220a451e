/** Whatever is thrown becomes an error the SDK can act on. */
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

import { SuspendedError } from "./internal-errors.js";
import { RestateError } from "./restate-error.js";
import { TerminalError } from "./terminal-error.js";
import { toError } from "./to-error.js";

class NotFound extends Error {}

describe("without a mapping", () => {
  it.each([new Error("x"), new TerminalError("x"), new RestateError("x"), new NotFound("x")])(
    "an error is returned as it is: %s",
    (error) => {
      expect(toError(error)).toBe(error);
    },
  );

  it("an error of another realm is returned as it is", () => {
    const foreign = runInNewContext("new TypeError('elsewhere')") as Error;
    expect(foreign).not.toBeInstanceOf(Error);
    expect(toError(foreign)).toBe(foreign);
  });

  it("an object with a message keeps message and code", () => {
    const thrown = { message: "seven", code: 7 };
    const error = toError(thrown);
    expect(error).toBeInstanceOf(RestateError);
    expect(error).toMatchObject({ message: "seven", code: 7, cause: thrown });
    expect(toError({ message: "text", code: "ENOENT" })).toMatchObject({
      message: "text",
      code: 500,
    });
  });

  it.each([
    ["undefined", undefined, "Non-Error value: undefined"],
    ["null", null, "Non-Error value: null"],
    ["a string", "boom", 'Non-Error value: "boom"'],
    ["an object", { a: 1 }, 'Non-Error value: {"a":1}'],
    ["an object whose message is no text", { message: 5 }, 'Non-Error value: {"message":5}'],
    ["a symbol", Symbol("s"), "Non-Error value: Symbol(s)"],
    ["a bigint", 5n, "Non-Error value: (no JSON representation)"],
  ])("%s becomes an error that shows it", (_, value, message) => {
    expect(toError(value)).toMatchObject({ name: "Error", message, cause: value });
  });
});

describe("with asTerminalError", () => {
  const map = (error: unknown) =>
    error instanceof NotFound ? new TerminalError(error.message, { errorCode: 404 }) : undefined;

  it("errors it knows become terminal, others stay what they are", () => {
    expect(toError(new NotFound("no order"), map)).toMatchObject({
      name: "TerminalError",
      code: 404,
    });
    const other = new Error("x");
    expect(toError(other, map)).toBe(other);
  });

  it("is asked about values that are no errors, too", () => {
    expect(toError("fatal", (value) => new TerminalError(String(value)))).toMatchObject({
      name: "TerminalError",
      message: "fatal",
    });
  });

  it.each([new TerminalError("x"), new SuspendedError()])("is not asked about %s", (error) => {
    const never = () => {
      throw new Error("was asked");
    };
    expect(toError(error, never)).toBe(error);
  });

  it("a mapping that throws leaves the failure retryable, and says so", () => {
    const thrown = new NotFound("no order");
    const error = toError(thrown, () => {
      throw new TypeError("x is undefined");
    });
    expect(error).not.toBeInstanceOf(TerminalError);
    expect(error.cause).toBe(thrown);
    expect(error.message).toMatchInlineSnapshot(
      `"asTerminalError threw TypeError: x is undefined for Error: no order, which is therefore retried. It must return undefined for errors it does not know."`,
    );
  });
});
