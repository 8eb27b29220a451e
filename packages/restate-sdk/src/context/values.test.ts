import { jsonSerde } from "@restatedev/restate-sdk-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runAttempt, type TestHandler } from "../endpoint/attempt-driver.fixture.js";
import { completion, invocationId, nothing, value } from "../machine/messages.fixture.js";
import type { NotificationResult } from "../protocol/messages.js";
import { encodeJson } from "./values.js";

const call = { service: "A", method: "b", parameter: new Uint8Array() };
const keys: NotificationResult = { kind: "stateKeys", keys: [] };

describe("a result of a kind that an operation never has fails the attempt, and user code does not see it", () => {
  test.each<[string, TestHandler, NotificationResult]>([
    ["a timer with a value", (ctx) => ctx.sleep(1), value(1)],
    ["a run with nothing", (ctx) => ctx.run(() => 1), nothing],
    ["a call's id with a value", (ctx) => ctx.genericCall(call).invocationId, value(1)],
    ["a send's id with nothing", (ctx) => ctx.genericSend(call).invocationId, nothing],
    ["state with keys", (ctx) => ctx.get("a"), keys],
    ["state keys with a value", (ctx) => ctx.stateKeys(), value(1)],
    ["a promise with nothing", (ctx) => ctx.promise("a").get(), nothing],
    ["a settled promise with a value", (ctx) => ctx.promise("a").resolve(1), value(1)],
    ["a peek with an id", (ctx) => ctx.promise("a").peek(), invocationId("inv_2")],
  ])("%s", async (_what, handler, result) => {
    let seen: unknown;
    const sent = await runAttempt(
      async (ctx, input) => {
        try {
          seen = await handler(ctx, input);
        } catch (error) {
          seen = error;
        }
      },
      {
        respond: ({ type }) =>
          type === "ProposeRunCompletion" || (type.endsWith("Command") && type !== "RunCommand")
            ? [completion(1, result)]
            : [],
      },
    );
    expect(seen).toBeUndefined();
    expect(sent.at(-1)).toMatchObject({ type: "Error", code: 500, relatedCommandIndex: 1 });
    expect((sent.at(-1) as { message: string }).message).toContain(`kind "${result.kind}"`);
  });
});

describe("JSON is encoded byte for byte as its serde does", () => {
  const escaped = [
    '"',
    "\\",
    "\0",
    "\n",
    "\x1f",
    "\x7f",
    "\u2028",
    "é",
    "€",
    "\u{1f600}",
    "\ud83d",
    "\ude00",
  ];

  test("short and long texts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "/", ...escaped), maxLength: 70 });
    fc.assert(
      fc.property(text, fc.constantFrom(0, 64, 1_000), (end, fill) => {
        const value = "x".repeat(fill) + end;
        expect(encodeJson(value)).toStrictEqual(jsonSerde.serialize(value));
      }),
    );
  });

  test("other values, and what has no JSON", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(undefined, new Date(0), () => 1),
    );
    fc.assert(
      fc.property(value, (given) => {
        expect(encodeJson(given)).toStrictEqual(jsonSerde.serialize(given));
      }),
    );
  });
});
