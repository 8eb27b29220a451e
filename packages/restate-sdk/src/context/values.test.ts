import { describe, expect, test } from "vitest";
import { runAttempt, type TestHandler } from "../endpoint/attempt-driver.fixture.js";
import { completion, invocationId, nothing, value } from "../machine/messages.fixture.js";
import type { NotificationResult } from "../protocol/messages.js";

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
