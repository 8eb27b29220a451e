import { serde } from "@restatedev/restate-sdk-core";
import { describe, expect, test } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import {
  commandsOf,
  completion,
  failure,
  json,
  nothing,
  obliging,
  text,
  value,
} from "../machine/messages.fixture.js";

const stateOf = (entries: Readonly<Record<string, unknown>>, partialState = false) => ({
  partialState,
  stateMap: Object.entries(entries).map(([key, content]) => ({
    key: text(key),
    value: json(content),
  })),
});

describe("ctx.get", () => {
  test("gives state that came with the start, without asking", async () => {
    const attempt = startAttempt((ctx) => ctx.get("cart"), { start: stateOf({ cart: ["tea"] }) });
    await attempt.rest();
    expect(attempt.output).toEqual(["tea"]);
  });

  test("gives null for what is not there", async () => {
    const attempt = startAttempt((ctx) => ctx.get("cart"), { start: stateOf({}) });
    await attempt.rest();
    expect(attempt.output).toBeNull();
  });

  test("asks the server for what only it knows", async () => {
    const attempt = startAttempt(async (ctx) => [await ctx.get("there"), await ctx.get("absent")], {
      respond: (message) => {
        if (message.type !== "GetLazyStateCommand") return [];
        const id = message.resultCompletionId;
        return [completion(id, id === 1 ? value("yes") : nothing)];
      },
    });
    await attempt.rest();
    expect(attempt.output).toEqual(["yes", null]);
  });

  test("rejects when the server reports a failure", async () => {
    const attempt = startAttempt((ctx) => ctx.get("a").catch((e: unknown) => String(e)), {
      respond: (message) =>
        message.type === "GetLazyStateCommand" ? [completion(1, failure(500, "no"))] : [],
    });
    await attempt.rest();
    expect(attempt.output).toBe("TerminalError: no");
  });

  test("decodes with the serde it was given", async () => {
    const start = { stateMap: [{ key: text("raw"), value: new Uint8Array([1, 2]) }] };
    const attempt = startAttempt(async (ctx) => [...((await ctx.get("raw", serde.binary)) ?? [])], {
      start,
    });
    await attempt.rest();
    expect(attempt.output).toEqual([1, 2]);
  });

  test("of a value that does not decode fails the attempt in the name of the read", async () => {
    const start = { stateMap: [{ key: text("cart"), value: text("{") }] };
    let caught: unknown;
    const sent = await runAttempt((ctx) => ctx.get("cart").catch((e: unknown) => (caught = e)), {
      start,
    });
    expect(sent.at(-1)).toMatchObject({
      type: "Error",
      code: 500,
      relatedCommandIndex: 1,
      relatedCommandType: 0x0407,
      behavior: "retry",
    });
    expect(caught).toBeUndefined();
  });

  test("reads the handler's own writes", async () => {
    const attempt = startAttempt(async (ctx) => {
      const seen = [];
      ctx.set("cart", 1);
      seen.push(await ctx.get("cart"));
      ctx.clear("cart");
      seen.push(await ctx.get("cart"));
      ctx.set("cart", 2);
      ctx.clearAll();
      seen.push(await ctx.get("cart"), await ctx.get("never seen"));
      return seen;
    });
    await attempt.rest();
    expect(attempt.output).toEqual([1, null, null, null]);
  });
});

describe("ctx.set", () => {
  test("writes what the serde makes of the value, and nothing for undefined", async () => {
    const sent = await runAttempt((ctx) => {
      ctx.set("a", { b: 1 });
      ctx.set("raw", new Uint8Array([1]), serde.binary);
      ctx.set("none", undefined);
    });
    expect(commandsOf(sent).slice(0, 3)).toEqual([
      { type: "SetStateCommand", key: text("a"), value: text('{"b":1}'), name: "" },
      { type: "SetStateCommand", key: text("raw"), value: new Uint8Array([1]), name: "" },
      { type: "SetStateCommand", key: text("none"), value: new Uint8Array(0), name: "" },
    ]);
  });

  test("of a value that does not serialise fails the attempt, and user code does not see it", async () => {
    let caught: unknown;
    const attempt = startAttempt((ctx) => {
      ctx.set("before", 1);
      try {
        ctx.set("a", 1n);
      } catch (error) {
        caught = error;
      }
      ctx.set("after", 1);
    });
    await attempt.rest();
    expect(caught).toBeUndefined();
    expect(attempt.sent.map(({ type }) => type)).toEqual(["SetStateCommand", "Error"]);
    expect(attempt.last).toMatchObject({
      code: 500,
      relatedCommandIndex: 2,
      relatedCommandType: 0x0403,
    });
    expect(attempt.logs.at(-1)).toMatchObject({ level: "warn" });
    expect(attempt.logs.at(-1)?.text).toContain("Attempt failed and will be retried");
  });

  test("of a serde that gives no bytes fails the attempt", async () => {
    const broken = { serialize: () => undefined as unknown as Uint8Array, deserialize: () => 1 };
    const sent = await runAttempt((ctx) => ctx.set("a", 1, broken));
    expect(sent).toMatchObject([
      {
        type: "Error",
        relatedCommandType: 0x0403,
        message: expect.stringContaining("Uint8Array") as string,
      },
    ]);
  });
});

test("ctx.clear and ctx.clearAll write their commands", async () => {
  const sent = await runAttempt((ctx) => {
    ctx.clear("a");
    ctx.clearAll();
  });
  expect(commandsOf(sent).slice(0, 2)).toEqual([
    { type: "ClearStateCommand", key: text("a"), name: "" },
    { type: "ClearAllStateCommand", name: "" },
  ]);
});

describe("ctx.stateKeys", () => {
  test("of complete state needs no answer, and leaves out what was cleared", async () => {
    const attempt = startAttempt(
      (ctx) => {
        ctx.clear("a");
        ctx.set("c", 1);
        return ctx.stateKeys();
      },
      { start: stateOf({ b: 1, a: 1 }) },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["b", "c"]);
  });

  test("of partial state asks the server", async () => {
    const attempt = startAttempt((ctx) => ctx.stateKeys(), {
      respond: (message) =>
        message.type === "GetLazyStateKeysCommand"
          ? [completion(1, { kind: "stateKeys", keys: ["x", "y"] })]
          : [],
    });
    await attempt.rest();
    expect(attempt.output).toEqual(["x", "y"]);
  });

  test("gives every caller a list of its own", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        const keys = ctx.stateKeys();
        (await keys).push("mine");
        return ctx.stateKeys();
      },
      { start: stateOf({ a: 1 }) },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["a"]);
  });
});

test.each([
  ["get", (ctx: { get(name: string): unknown }, key: string) => ctx.get(key)],
  ["set", (ctx: { set(name: string, v: unknown): void }, key: string) => ctx.set(key, 1)],
  ["clear", (ctx: { clear(name: string): void }, key: string) => ctx.clear(key)],
])("a key that is no string is refused by ctx.%s", async (name, use) => {
  const attempt = startAttempt(
    (ctx) => {
      for (const key of [undefined, null, 5]) {
        expect(() => use(ctx, key as unknown as string)).toThrow(`The key of ctx.${name} must be`);
      }
      return "checked";
    },
    { respond: obliging(6) },
  );
  await attempt.rest();
  expect(attempt.output).toBe("checked");
});
