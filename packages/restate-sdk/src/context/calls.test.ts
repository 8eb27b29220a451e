import { serde } from "@restatedev/restate-sdk-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import {
  commandsOf,
  completion,
  failure,
  invocationId,
  json,
  obliging,
  text,
  value,
} from "../machine/messages.fixture.js";

const NOW = Date.UTC(2030, 0, 1);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("ctx.genericCall", () => {
  test("without serdes takes and gives bytes", async () => {
    const attempt = startAttempt(
      async (ctx) => [
        ...(await ctx.genericCall({
          service: "Greeter",
          method: "greet",
          parameter: new Uint8Array([7]),
        })),
      ],
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.sent[0]).toEqual({
      type: "CallCommand",
      serviceName: "Greeter",
      handlerName: "greet",
      parameter: new Uint8Array([7]),
      headers: [],
      key: "",
      idempotencyKey: undefined,
      scope: undefined,
      limitKey: undefined,
      invocationIdCompletionId: 1,
      resultCompletionId: 2,
      name: "",
    });
    expect(attempt.output).toEqual([...json("done")]);
  });

  test("passes on what the caller says", async () => {
    const sent = await runAttempt(
      (ctx) => {
        void ctx.genericCall({
          service: "Greeter",
          method: "greet",
          parameter: "Ada",
          key: "k",
          headers: { b: "1", a: "2" },
          idempotencyKey: "once",
          scope: "tenant",
          limitKey: "tenant/a",
          name: "hello",
          inputSerde: serde.json,
        });
      },
      { version: 7 },
    );
    expect(sent[0]).toMatchObject({
      parameter: text('"Ada"'),
      key: "k",
      headers: [
        { key: "b", value: "1" },
        { key: "a", value: "2" },
      ],
      idempotencyKey: "once",
      scope: "tenant",
      limitKey: "tenant/a",
      name: "hello",
    });
  });

  test("knows the invocation before its result", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        const call = ctx.genericCall({ service: "A", method: "b", parameter: new Uint8Array() });
        ctx.set("id", await call.invocationId);
        return serde.json.deserialize(await call);
      },
      {
        respond: (message) =>
          message.type === "CallCommand" ? [completion(1, invocationId("inv_2"))] : [],
      },
    );
    await attempt.rest();
    expect(attempt.sent.at(-1)).toMatchObject({ type: "SetStateCommand", value: json("inv_2") });
    attempt.feed(completion(2, value("late")));
    await attempt.rest();
    expect(attempt.output).toBe("late");
  });

  test("rejects as the callee failed", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        const call = ctx.genericCall({ service: "A", method: "b", parameter: new Uint8Array() });
        return call.catch((error: unknown) => error);
      },
      {
        respond: (message) =>
          message.type === "CallCommand"
            ? [completion(2, failure(404, "gone", [{ key: "a", value: "b" }]))]
            : [],
      },
    );
    await attempt.rest();
    expect(attempt.output).toEqual({
      code: 404,
      name: "TerminalError",
      metadata: { a: "b" },
    });
  });

  test.each([
    ["a value that does not serialise", 1n, serde.json],
    ["no value for bytes", undefined, serde.binary],
  ])(
    "with %s fails the attempt, and user code does not see it",
    async (_what, parameter, inputSerde) => {
      let caught: unknown;
      const sent = await runAttempt((ctx) => {
        try {
          return ctx.genericCall({
            service: "A",
            method: "b",
            parameter: parameter as never,
            inputSerde: inputSerde as never,
            name: "hello",
          });
        } catch (error) {
          caught = error;
          return undefined;
        }
      });
      expect(caught).toBeUndefined();
      expect(sent).toMatchObject([
        {
          type: "Error",
          code: 500,
          relatedCommandIndex: 1,
          relatedCommandName: "hello",
          relatedCommandType: 0x040d,
        },
      ]);
    },
  );

  test("whose result does not decode fails the attempt in the name of the call", async () => {
    const broken = {
      serialize: (input: unknown) => json(input),
      deserialize: () => {
        throw new Error("not today");
      },
    };
    let caught: unknown;
    const sent = await runAttempt(
      async (ctx) => {
        ctx.set("a", 1);
        const call = ctx.genericCall({
          service: "A",
          method: "b",
          parameter: new Uint8Array(),
          outputSerde: broken,
        });
        ctx.set("b", 1);
        await call.catch((error: unknown) => (caught = error));
      },
      { respond: obliging(6) },
    );
    expect(caught).toBeUndefined();
    expect(sent.at(-1)).toMatchObject({
      type: "Error",
      message: "not today",
      relatedCommandIndex: 2,
      relatedCommandType: 0x040d,
    });
  });

  test.each([
    ["service", { service: undefined }],
    ["method", { method: null }],
    ["key", { key: 5 }],
    ["header a", { headers: { a: 5 } }],
  ])("refuses a %s that is no string", async (what, wrong) => {
    const call = { service: "A", method: "b", parameter: new Uint8Array() };
    const attempt = startAttempt((ctx) => {
      expect(() => ctx.genericCall({ ...call, ...(wrong as object) })).toThrow(what);
      expect(() => ctx.genericSend({ ...call, ...(wrong as object) })).toThrow(what);
      return "checked";
    });
    await attempt.rest();
    expect(attempt.output).toBe("checked");
  });
});

describe("ctx.genericSend", () => {
  const message = { service: "A", method: "b", parameter: new Uint8Array([1]) };

  test.each([
    ["no delay", undefined, 0],
    ["a zero delay", 0, 0],
    ["a negative delay", -5, 0],
    ["a delay that is no number", NaN, 0],
    ["a fraction of a millisecond", 0.5, 0],
    ["milliseconds", 500, NOW + 500],
    ["a duration", { minutes: 1 }, NOW + 60_000],
  ])("with %s", async (_what, delay, invokeTime) => {
    vi.spyOn(Date, "now").mockReturnValue(NOW);
    const sent = await runAttempt((ctx) => {
      ctx.genericSend({ ...message, ...(delay !== undefined && { delay }) });
    });
    expect(sent[0]).toMatchObject({
      type: "OneWayCallCommand",
      serviceName: "A",
      handlerName: "b",
      parameter: new Uint8Array([1]),
      invokeTime,
      invocationIdCompletionId: 1,
    });
  });

  test("knows the invocation it started", async () => {
    const attempt = startAttempt((ctx) => ctx.genericSend(message).invocationId, {
      respond: obliging(6),
    });
    await attempt.rest();
    expect(attempt.output).toBe("inv_callee");
  });

  test("with a value that does not serialise, or for ever, fails the attempt", async () => {
    const unserialisable = { ...message, parameter: 1n, inputSerde: serde.json };
    for (const send of [unserialisable, { ...message, delay: Infinity }]) {
      const sent = await runAttempt((ctx) => {
        ctx.genericSend(send as typeof message);
        ctx.clearAll();
      });
      expect(sent).toMatchObject([
        { type: "Error", relatedCommandIndex: 1, relatedCommandType: 0x040e },
      ]);
    }
  });
});

test("after the attempt has ended, calls and sends stay pending", async () => {
  const settled: string[] = [];
  const attempt = startAttempt(async (ctx) => {
    ctx.set("a", 1n);
    const call = ctx.genericCall({ service: "A", method: "b", parameter: new Uint8Array() });
    const send = ctx.genericSend({ service: "A", method: "b", parameter: new Uint8Array() });
    await Promise.race([call, call.invocationId, send.invocationId]).finally(() =>
      settled.push("!"),
    );
  });
  await attempt.rest();
  expect(commandsOf(attempt.sent)).toEqual([]);
  expect(settled).toEqual([]);
});
