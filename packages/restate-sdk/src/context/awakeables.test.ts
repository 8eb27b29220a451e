import { serde } from "@restatedev/restate-sdk-core";
import { describe, expect, test } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { TerminalError } from "../errors/terminal-error.js";
import {
  commandsOf,
  failure,
  json,
  nothing,
  signal,
  text,
  value,
} from "../machine/messages.fixture.js";

describe("ctx.awakeable", () => {
  test("has an id of invocation and signal, and writes nothing", async () => {
    const attempt = startAttempt((ctx) => [ctx.awakeable().id, ctx.awakeable().id], {
      start: { id: new Uint8Array([1, 2, 3]) },
    });
    await attempt.rest();
    expect(attempt.output).toEqual(["sign_1AQIDAAAAEQ", "sign_1AQIDAAAAEg"]);
    expect(commandsOf(attempt.sent)).toHaveLength(1);
  });

  test.each([
    ["a value", value({ ok: true }), { ok: true }],
    ["nothing, as null in JSON", value(null), null],
  ])("gives %s", async (_what, result, expected) => {
    const attempt = startAttempt((ctx) => ctx.awakeable().promise);
    await attempt.rest();
    attempt.feed(signal(17, result));
    await attempt.rest();
    expect(attempt.output).toEqual(expected);
  });

  test("gives undefined when it is completed without a value", async () => {
    const attempt = startAttempt(async (ctx) => (await ctx.awakeable().promise) === undefined);
    await attempt.rest();
    attempt.feed(signal(17, nothing));
    await attempt.rest();
    expect(attempt.output).toBe(true);
  });

  test("rejects when it is rejected", async () => {
    const attempt = startAttempt((ctx) => ctx.awakeable().promise.catch((e: unknown) => e));
    await attempt.rest();
    attempt.feed(signal(17, failure(404, "gone")));
    await attempt.rest();
    expect(attempt.output).toMatchObject({ code: 404 });
  });

  test("takes the signal that came before it was awaited", async () => {
    const attempt = startAttempt((ctx) => ctx.awakeable().promise, {
      journal: [signal(17, value("early"))],
    });
    await attempt.rest();
    expect(attempt.output).toBe("early");
  });

  test("whose value does not decode fails the attempt", async () => {
    const attempt = startAttempt((ctx) => ctx.awakeable().promise.catch(() => "caught"), {
      journal: [signal(17, { kind: "value", value: text("{") })],
    });
    await attempt.rest();
    expect(attempt.last).toMatchObject({
      type: "Error",
      code: 500,
      relatedCommandIndex: undefined,
    });
  });
});

describe("ctx.resolveAwakeable", () => {
  const payloadOf = async (...args: unknown[]) => {
    const sent = await runAttempt((ctx) => {
      ctx.resolveAwakeable("sign_1abc", ...(args as []));
    });
    const [command] = commandsOf(sent);
    return command?.type === "CompleteAwakeableCommand" && command.result.kind === "value"
      ? command.result.value
      : undefined;
  };

  test("sends the value as JSON", async () => {
    expect(await payloadOf({ a: 1 })).toEqual(json({ a: 1 }));
  });

  test("sends null for nothing, since JSON knows no undefined", async () => {
    expect(await payloadOf()).toEqual(text("null"));
    expect(await payloadOf(undefined)).toEqual(text("null"));
    expect(await payloadOf(null)).toEqual(text("null"));
  });

  test("with a serde of its own sends no bytes for undefined, and does not ask it", async () => {
    const asked: unknown[] = [];
    const watching = {
      serialize: (input: unknown) => {
        asked.push(input);
        return json(input);
      },
      deserialize: () => undefined,
    };
    expect(await payloadOf(undefined, watching)).toEqual(new Uint8Array(0));
    expect(await payloadOf(null, watching)).toEqual(text("null"));
    expect(asked).toEqual([null]);
    expect(await payloadOf(new Uint8Array([5]), serde.binary)).toEqual(new Uint8Array([5]));
  });

  test("of a value that does not serialise fails the attempt", async () => {
    const sent = await runAttempt((ctx) => {
      ctx.resolveAwakeable("sign_1abc", 1n);
    });
    expect(sent).toMatchObject([
      { type: "Error", relatedCommandIndex: 1, relatedCommandType: 0x0414 },
    ]);
  });
});

describe("ctx.rejectAwakeable", () => {
  const failureOf = async (reason: unknown) => {
    const sent = await runAttempt((ctx) => {
      ctx.rejectAwakeable("sign_1abc", reason as string);
    });
    return commandsOf(sent)[0];
  };

  test.each([
    ["a text", "too late", failure(500, "too late")],
    ["a terminal error", new TerminalError("gone", { errorCode: 404 }), failure(404, "gone")],
    [
      "metadata",
      new TerminalError("gone", { metadata: { a: "b" } }),
      failure(500, "gone", [{ key: "a", value: "b" }]),
    ],
    ["any other error", new TypeError("oops"), failure(500, "oops")],
  ])("sends %s", async (_what, reason, result) => {
    expect(await failureOf(reason)).toEqual({
      type: "CompleteAwakeableCommand",
      awakeableId: "sign_1abc",
      result,
      name: "",
    });
  });
});

test("ids that are no strings are refused", async () => {
  const attempt = startAttempt((ctx) => {
    const id = undefined as unknown as string;
    expect(() => ctx.resolveAwakeable(id)).toThrow("The id of ctx.resolveAwakeable");
    expect(() => ctx.rejectAwakeable(id, "no")).toThrow("The id of ctx.rejectAwakeable");
    return "checked";
  });
  await attempt.rest();
  expect(attempt.output).toBe("checked");
});
