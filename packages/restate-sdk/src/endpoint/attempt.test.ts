import type { JournalValueCodec } from "@restatedev/restate-sdk-core";
import { describe, expect, test, vi } from "vitest";
import { LogSource, RestateLogLevel } from "../api/logger.js";
import { RestateError } from "../errors/restate-error.js";
import { PauseError, RetryableError } from "../errors/retry-errors.js";
import { TerminalError } from "../errors/terminal-error.js";
import {
  commandsOf,
  completion,
  input,
  json,
  nothing,
  obliging,
  text,
  value,
} from "../machine/messages.fixture.js";
import { runAttempt, startAttempt, type AttemptSetup } from "./attempt-driver.fixture.js";

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

test.each([5, 6, 7] as const)("V%i: a handler runs from input to output", async (version) => {
  const attempt = startAttempt(
    async (ctx, name) => {
      const greeting = await ctx.run("greeting", () => `Hello ${String(name)}`);
      await ctx.sleep(10);
      return greeting;
    },
    { version, respond: obliging(version) },
  );
  await attempt.rest();
  expect(attempt.output).toBe("Hello Ada");
  expect(attempt.isEnded).toBe(true);
  expect(commandsOf(attempt.sent).map(({ type }) => type)).toEqual([
    "RunCommand",
    "SleepCommand",
    "OutputCommand",
  ]);
});

test("what an attempt recorded, the next one repeats without recording it again", async () => {
  const action = vi.fn(() => "charged");
  const handler: Parameters<typeof startAttempt>[0] = async (ctx) => {
    ctx.set("status", "charging");
    const result = await ctx.run("charge", action);
    await ctx.sleep(1_000);
    return `${result} ${String(ctx.rand.random())}`;
  };
  const first = startAttempt(handler, {
    respond: (message) => (message.type === "SleepCommand" ? [] : obliging(6)(message)),
  });
  await first.rest();
  first.closeInput();
  await first.rest();
  expect(first.last).toMatchObject({ type: "Suspension", awaitingOn: { completions: [2] } });
  const [set, run, sleep] = commandsOf(first.sent);
  const second = startAttempt(handler, {
    journal: [set!, run!, completion(1, value("charged")), sleep!, completion(2, nothing)],
  });
  await second.rest();
  expect(second.output).toBe("charged 0.6969372117194047");
  expect(commandsOf(second.sent)).toHaveLength(1);
  expect(action).toHaveBeenCalledTimes(1);
});

test("the result that was recorded before the end got lost is not sent again", async () => {
  const sent = await runAttempt(() => "done", {
    journal: [{ type: "OutputCommand", result: value("done"), name: "" }],
  });
  expect(sent).toEqual([{ type: "End" }]);
});

describe("a handler that throws", () => {
  const thrown = async (error: unknown, setup: AttemptSetup = {}) => {
    const attempt = startAttempt(() => {
      throw error;
    }, setup);
    await attempt.rest();
    return attempt;
  };

  test("a terminal error fails the invocation", async () => {
    const error = new TerminalError("gone", { errorCode: 404, metadata: { a: "b" } });
    const attempt = await thrown(error);
    expect(attempt.output).toEqual({
      code: 404,
      message: "gone",
      metadata: [{ key: "a", value: "b" }],
    });
    expect(attempt.logs.at(-1)).toMatchObject({
      source: LogSource.JOURNAL,
      level: "warn",
      line: ["Invocation failed: gone", error],
    });
  });

  test("a terminal error whose message is none fails the invocation all the same", async () => {
    const odd = Object.assign(new TerminalError("x"), { message: { deep: 1 } });
    expect((await thrown(odd)).output).toMatchObject({ code: 500, message: "[object Object]" });
  });

  test("a terminal error while recorded commands are left is a mismatch, and no result", async () => {
    const attempt = await thrown(new TerminalError("gone"), {
      journal: [{ type: "ClearAllStateCommand", name: "" }],
    });
    expect(attempt.last).toMatchObject({ type: "Error", code: 570 });
    expect(attempt.logs.at(-1)?.text).toContain(
      "Attempt failed and will be retried: Journal mismatch",
    );
  });

  test("any other error is retried, in the name of no command", async () => {
    const error = new TypeError("oops");
    const attempt = await thrown(error);
    expect(attempt.last).toMatchObject({
      type: "Error",
      code: 500,
      message: "oops",
      relatedCommandIndex: undefined,
      nextRetryDelay: undefined,
      behavior: "retry",
    });
    expect((attempt.last as { stacktrace: string }).stacktrace).toContain("TypeError: oops");
    expect(attempt.logs.at(-1)).toMatchObject({
      level: "warn",
      line: ["Attempt failed and will be retried: oops", error],
    });
  });

  test.each([
    ["text", "text", 'Non-Error value: "text"'],
    ["undefined", undefined, "Non-Error value: undefined"],
    ["an error-like object", { message: "like", code: 7 }, "like"],
  ])("what is no error is retried, too: %s", async (_what, error, message) => {
    expect((await thrown(error)).last).toMatchObject({ type: "Error", code: 500, message });
  });

  test("a RestateError is retried, whatever its code", async () => {
    const attempt = await thrown(new RestateError("busy", { errorCode: 503 }));
    expect(attempt.last).toMatchObject({ type: "Error", code: 500, message: "busy" });
  });

  test("a RetryableError chooses the delay", async () => {
    const attempt = await thrown(new RetryableError("busy", { retryAfter: { seconds: 2 } }));
    expect(attempt.last).toMatchObject({ type: "Error", nextRetryDelay: 2_000 });
    const unparsed = await thrown(new RetryableError("busy", { retryAfter: NaN }));
    expect(unparsed.last).toMatchObject({ type: "Error", nextRetryDelay: undefined });
  });

  test("a PauseError is retried, since a resumed invocation would throw it again", async () => {
    const attempt = await thrown(new PauseError("stop"), { version: 7 });
    expect(attempt.last).toMatchObject({ type: "Error", message: "stop", behavior: "retry" });
    expect(attempt.logs.map(({ text }) => text).join()).toContain("inside ctx.run");
  });

  test("what asTerminalError makes terminal fails the invocation", async () => {
    const asTerminalError = (error: unknown) =>
      error instanceof RangeError ? new TerminalError("mapped", { errorCode: 416 }) : undefined;
    const options = { asTerminalError };
    expect((await thrown(new RangeError("99"), { options })).output).toMatchObject({ code: 416 });
    expect((await thrown(new TypeError("99"), { options })).last).toMatchObject({ type: "Error" });
  });

  test("when asTerminalError throws, too, is retried", async () => {
    const asTerminalError = () => {
      throw new Error("bad mapper");
    };
    const attempt = await thrown(new RangeError("99"), { options: { asTerminalError } });
    expect(attempt.last).toMatchObject({ type: "Error", code: 500 });
    expect((attempt.last as { message: string }).message).toContain("bad mapper");
  });

  test("after the attempt has failed changes nothing", async () => {
    const attempt = startAttempt(async (ctx) => {
      ctx.set("a", 1n);
      await pause();
      throw new TerminalError("late");
    });
    await attempt.rest();
    expect(attempt.sent).toMatchObject([{ type: "Error", relatedCommandType: 0x0403 }]);
  });
});

test("a result that does not serialise is retried, unless asTerminalError says otherwise", async () => {
  const sent = await runAttempt(() => 1n);
  expect(sent).toMatchObject([{ type: "Error", code: 500, relatedCommandIndex: undefined }]);
  const asTerminalError = () => new TerminalError("no JSON", { errorCode: 422 });
  const attempt = startAttempt(() => 1n, { options: { asTerminalError } });
  await attempt.rest();
  expect(attempt.output).toMatchObject({ code: 422 });
});

describe("hooks", () => {
  const recording = (log: string[], name: string) => () => ({
    interceptor: {
      handler: async (next: () => Promise<void>) => {
        log.push(`${name} begins`);
        try {
          await next();
          log.push(`${name} ends`);
        } catch (error) {
          log.push(`${name} sees ${String(error)}`);
          throw error;
        }
      },
      run: async (run: string, next: () => Promise<void>) => {
        log.push(`${name} run ${run}`);
        try {
          await next();
          log.push(`${name} ran`);
        } catch (error) {
          log.push(`${name} run sees ${String(error)}`);
          throw error;
        }
      },
    },
  });
  const withHooks = (log: string[], setup: AttemptSetup = {}): AttemptSetup => ({
    respond: obliging(setup.version ?? 6),
    ...setup,
    options: { hooks: [recording(log, "A"), recording(log, "B")] },
  });

  test("wrap handler and runs, the first outermost", async () => {
    const log: string[] = [];
    const attempt = startAttempt((ctx) => ctx.run("charge", () => 5), withHooks(log));
    await attempt.rest();
    expect(attempt.output).toBe(5);
    expect(log).toEqual([
      "A begins",
      "B begins",
      "A run charge",
      "B run charge",
      "B ran",
      "A ran",
      "B ends",
      "A ends",
    ]);
  });

  test("leave out runs whose result is recorded", async () => {
    const log: string[] = [];
    const attempt = startAttempt(
      (ctx) => ctx.run("charge", () => 5),
      withHooks(log, {
        journal: [
          { type: "RunCommand", resultCompletionId: 1, name: "charge" },
          completion(1, value(5)),
        ],
      }),
    );
    await attempt.rest();
    expect(log).toEqual(["A begins", "B begins", "B ends", "A ends"]);
  });

  test("get the request, and know whether the attempt repeats", async () => {
    const isProcessing = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");
    const seen: unknown[] = [];
    const hook = (hookContext: { request: { id: string } }) => {
      const ask = (hookContext as unknown as Record<symbol, () => boolean>)[isProcessing]!;
      seen.push(hookContext.request.id, ask());
      return {
        interceptor: {
          handler: async (next: () => Promise<void>) => {
            await next();
            seen.push(ask());
          },
        },
      };
    };
    await runAttempt((ctx) => ctx.sleep(1), {
      options: { hooks: [hook] },
      journal: [
        { type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 1, name: "" },
        completion(1, nothing),
      ],
    });
    expect(seen).toEqual(["inv_1", false, true]);
  });

  test("see the very error that a handler throws", async () => {
    const thrown = new TypeError("oops");
    let seen: unknown;
    const hook = () => ({
      interceptor: {
        handler: (next: () => Promise<void>) =>
          next().catch((error: unknown) => {
            seen = error;
            throw error;
          }),
      },
    });
    const setup = { options: { hooks: [hook] } };
    await runAttempt(() => Promise.reject(thrown), setup);
    expect(seen).toBe(thrown);
  });

  const endings: readonly [string, AttemptSetup, Parameters<typeof startAttempt>[0], unknown][] = [
    [
      "the error thrown in a run",
      {},
      (ctx) =>
        ctx.run("charge", () => {
          throw new RangeError("in run");
        }),
      new RangeError("in run"),
    ],
    [
      "the error of a serde that could not write",
      {},
      async (ctx) => {
        ctx.set("a", 1n);
        await ctx.sleep(1);
      },
      new TypeError("Do not know how to serialize a BigInt"),
    ],
    [
      "the error of a serde that could not read",
      { start: { stateMap: [{ key: text("a"), value: text("{") }] } },
      (ctx) => ctx.get("a"),
      expect.any(SyntaxError),
    ],
    [
      "a journal mismatch",
      { journal: [{ type: "ClearAllStateCommand", name: "" }] },
      (ctx) => ctx.sleep(1),
      expect.objectContaining({ code: 570 }),
    ],
    [
      "a suspension",
      { closeInput: true, respond: () => [] },
      (ctx) => ctx.sleep(1),
      expect.objectContaining({ code: 599, name: "SuspendedError" }),
    ],
  ];

  test.each(endings)("see %s end the attempt", async (_what, setup, handler, expected) => {
    let seen: unknown;
    const hook = () => ({
      interceptor: {
        handler: async (next: () => Promise<void>) => {
          try {
            await next();
          } catch (error) {
            seen = error;
            throw new TerminalError("of no effect");
          }
        },
      },
    });
    const attempt = startAttempt(handler, { ...setup, options: { hooks: [hook] } });
    await attempt.rest();
    expect(seen).toEqual(expected);
    expect(["Error", "Suspension"]).toContain(attempt.last?.type);
  });

  test("see the connection get lost", async () => {
    const log: string[] = [];
    const attempt = startAttempt((ctx) => ctx.sleep(1), withHooks(log, { respond: () => [] }));
    await attempt.rest();
    attempt.attempt.onAbort(new Error("connection reset"));
    await attempt.rest();
    expect(log).toEqual([
      "A begins",
      "B begins",
      expect.stringMatching("B sees SuspendedError"),
      expect.stringMatching("A sees SuspendedError"),
    ]);
  });

  test("may turn errors into others", async () => {
    const hook = () => ({
      interceptor: {
        handler: (next: () => Promise<void>) =>
          next().catch(() => {
            throw new TerminalError("translated", { errorCode: 422 });
          }),
        run: (_name: string, next: () => Promise<void>) =>
          next().catch(() => {
            throw new TerminalError("translated run");
          }),
      },
    });
    const options = { hooks: [hook] };
    const handler = startAttempt(() => Promise.reject(new Error("raw")), { options });
    await handler.rest();
    expect(handler.output).toMatchObject({ code: 422, message: "translated" });
    const run = startAttempt(
      (ctx) => ctx.run(() => Promise.reject(new Error("raw"))).catch(String),
      { options, respond: obliging(6) },
    );
    await run.rest();
    expect(run.output).toBe("TerminalError: translated run");
  });

  test("that throw behind the handler fail the attempt", async () => {
    const hook = () => ({
      interceptor: {
        handler: async (next: () => Promise<void>) => {
          await next();
          throw new Error("audit failed");
        },
      },
    });
    const sent = await runAttempt(() => "done", { options: { hooks: [hook] } });
    expect(sent).toMatchObject([{ type: "Error", message: "audit failed" }]);
  });

  test.each([
    ["does not call next", async () => undefined],
    ["swallows the error", (next: () => Promise<void>) => next().catch(() => undefined)],
    [
      "does not wait for next",
      async (next: () => Promise<void>) => {
        void next();
      },
    ],
  ])("whose interceptor %s fail the attempt with advice", async (_what, handler) => {
    const hook = () => ({ interceptor: { handler } });
    const sent = await runAttempt(() => Promise.reject(new Error("oops")), {
      options: { hooks: [hook] },
    });
    expect(sent).toMatchObject([{ type: "Error", code: 500 }]);
    expect((sent[0] as { message: string }).message).toContain("it must await next()");
  });

  test("that call next twice run the handler once", async () => {
    const handler = vi.fn(() => "done");
    const hook = () => ({
      interceptor: {
        handler: async (next: () => Promise<void>) => {
          await next();
          await next();
        },
      },
    });
    const attempt = startAttempt(handler, { options: { hooks: [hook] } });
    await attempt.rest();
    expect(attempt.output).toBe("done");
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test("that start the handler after the attempt has ended do not run it", async () => {
    const handler = vi.fn(() => "done");
    let seen: unknown;
    const hook = () => ({
      interceptor: {
        handler: async (next: () => Promise<void>) => {
          await pause();
          await next().catch((error: unknown) => (seen = error));
        },
      },
    });
    const attempt = startAttempt(handler, { options: { hooks: [hook] } });
    await Promise.resolve();
    attempt.attempt.onAbort();
    await attempt.rest();
    expect(handler).not.toHaveBeenCalled();
    expect(seen).toMatchObject({ code: 599 });
  });

  test("whose provider throws fail the attempt, or the invocation", async () => {
    const throwing = (error: Error) => () => {
      throw error;
    };
    const retried = await runAttempt(() => "done", {
      options: { hooks: [throwing(new Error("no tracer"))] },
    });
    expect(retried).toMatchObject([{ type: "Error", message: "no tracer" }]);
    const failed = startAttempt(() => "done", {
      options: { hooks: [throwing(new TerminalError("not served", { errorCode: 503 }))] },
    });
    await failed.rest();
    expect(failed.output).toMatchObject({ code: 503 });
  });
});

describe("a journal value codec", () => {
  const xor = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
  const codec: JournalValueCodec = {
    encode: xor,
    decode: async (bytes) => {
      await pause();
      return xor(bytes);
    },
  };

  test("stands between serdes and journal, in both directions", async () => {
    const attempt = startAttempt(
      async (ctx, name) => {
        ctx.set("a", 1);
        const seen = [name, await ctx.get("a"), await ctx.run(() => "ran")];
        return [...seen, await ctx.awakeable().promise];
      },
      { codec, input: { ...input(""), value: xor(json("Ada")) }, respond: obliging(6) },
    );
    await attempt.rest();
    attempt.feed({
      type: "SignalNotification",
      id: { kind: "signal", idx: 17 },
      result: { kind: "value", value: xor(json("woken")) },
    });
    await attempt.rest();
    expect(attempt.sent).toMatchObject([
      { type: "SetStateCommand", value: xor(json(1)) },
      { type: "GetEagerStateCommand", result: { value: xor(json(1)) } },
      { type: "RunCommand" },
      { type: "ProposeRunCompletion", result: { value: xor(json("ran")) } },
      { type: "OutputCommand", result: { value: xor(json(["Ada", 1, "ran", "woken"])) } },
      { type: "End" },
    ]);
  });

  test("may be on its way when the attempt starts", async () => {
    const attempt = startAttempt((_ctx, name) => name, {
      codec: pause().then(() => codec),
      input: { ...input(""), value: xor(json("Ada")) },
    });
    await attempt.rest();
    expect(attempt.sent[0]).toMatchObject({ result: { value: xor(json("Ada")) } });
  });

  test("that never comes fails the attempt", async () => {
    const sent = await runAttempt(() => "done", { codec: Promise.reject(new Error("no key")) });
    expect(sent).toMatchObject([{ type: "Error", code: 500, message: "no key" }]);
  });

  test("that cannot decode the input fails the invocation with 400", async () => {
    const broken: JournalValueCodec = {
      encode: (bytes) => bytes,
      decode: () => Promise.reject(new Error("wrong key")),
    };
    const attempt = startAttempt(() => "done", { codec: broken });
    await attempt.rest();
    expect(attempt.sent[0]).toMatchObject({ result: { failure: { code: 400 } } });
  });

  test("that may decode the input later has the attempt retried", async () => {
    const waiting: JournalValueCodec = {
      encode: (bytes) => bytes,
      decode: () => Promise.reject(new RetryableError("no such key", { retryAfter: 5 })),
    };
    const sent = await runAttempt(() => "done", { codec: waiting });
    expect(sent).toMatchObject([{ type: "Error", message: "no such key", nextRetryDelay: 5 }]);
  });

  test("that cannot decode a result fails the attempt in the name of its command", async () => {
    const broken: JournalValueCodec = {
      encode: (bytes) => bytes,
      decode: (bytes) =>
        bytes[0] === 0x22 ? Promise.resolve(bytes) : Promise.reject(new Error("wrong key")),
    };
    let caught: unknown;
    const sent = await runAttempt((ctx) => ctx.get("a").catch((e: unknown) => (caught = e)), {
      codec: broken,
      start: { stateMap: [{ key: text("a"), value: text("1") }] },
    });
    expect(sent.at(-1)).toMatchObject({
      type: "Error",
      message: "wrong key",
      relatedCommandIndex: 1,
    });
    expect(caught).toBeUndefined();
  });

  test("that cannot encode fails the attempt", async () => {
    const broken: JournalValueCodec = {
      encode: () => {
        throw new Error("no key");
      },
      decode: (bytes) => Promise.resolve(bytes),
    };
    const set = await runAttempt(
      async (ctx) => {
        ctx.set("a", 1);
        await ctx.sleep(1);
      },
      { codec: broken },
    );
    expect(set).toMatchObject([{ type: "Error", message: "no key", relatedCommandIndex: 1 }]);
    const output = await runAttempt(() => "done", { codec: broken });
    expect(output).toMatchObject([{ type: "Error", message: "no key" }]);
  });

  test.each<unknown>([undefined, "text", Promise.resolve(new Uint8Array())])(
    "that encodes to %s fails the attempt",
    async (encoded) => {
      const broken = {
        encode: () => encoded as Uint8Array,
        decode: (bytes: Uint8Array) => Promise.resolve(bytes),
      };
      const run = await runAttempt((ctx) => ctx.run(() => 1), { codec: broken });
      expect(run.at(-1)).toMatchObject({ type: "Error", code: 500 });
      const output = await runAttempt(() => "done", { codec: broken });
      expect(output.at(-1)).toMatchObject({ type: "Error", code: 500 });
    },
  );

  test("need not encode alike twice: payloads are not compared", async () => {
    let salt = 0;
    const salted: JournalValueCodec = {
      encode: (bytes) => Uint8Array.of(salt++, ...bytes),
      decode: (bytes) => Promise.resolve(bytes.subarray(1)),
    };
    const sent = await runAttempt((ctx) => ctx.set("a", 1), {
      codec: salted,
      input: { ...input(""), value: Uint8Array.of(9, ...json("Ada")) },
      journal: [{ type: "SetStateCommand", key: text("a"), value: text("X1"), name: "" }],
    });
    expect(sent).toMatchObject([{ type: "OutputCommand" }, { type: "End" }]);
  });
});

describe("request.attemptCompletedSignal", () => {
  const endings: readonly [string, Parameters<typeof startAttempt>[0], AttemptSetup][] = [
    ["a result", () => "done", {}],
    ["a failure", () => Promise.reject(new Error("oops")), {}],
    ["a suspension", (ctx) => ctx.sleep(1), { closeInput: true }],
  ];

  test.each(endings)("is aborted by %s", async (_what, handler, setup) => {
    let signal: AbortSignal | undefined;
    let isAbortedAtFirst: boolean | undefined;
    const attempt = startAttempt((ctx, name) => {
      signal = ctx.request().attemptCompletedSignal;
      isAbortedAtFirst = signal.aborted;
      return handler(ctx, name);
    }, setup);
    await attempt.rest();
    expect([isAbortedAtFirst, signal?.aborted]).toEqual([false, true]);
  });

  test("is aborted when the connection is lost", async () => {
    let signal: AbortSignal | undefined;
    const attempt = startAttempt((ctx) => {
      signal = ctx.request().attemptCompletedSignal;
      return ctx.sleep(1);
    });
    await attempt.rest();
    expect(signal?.aborted).toBe(false);
    attempt.attempt.onAbort();
    expect(signal?.aborted).toBe(true);
  });

  test("that is first looked at later is aborted by then", async () => {
    let request: { readonly attemptCompletedSignal: AbortSignal } | undefined;
    await runAttempt((ctx) => {
      request = ctx.request();
    });
    expect(request?.attemptCompletedSignal.aborted).toBe(true);
    expect(request?.attemptCompletedSignal).toBe(request?.attemptCompletedSignal);
  });
});

describe("the transport", () => {
  test("is written to once for what happens without waiting", async () => {
    const attempt = startAttempt((ctx) => {
      const chunks = vi.spyOn(attempt, "write");
      ctx.set("a", 1);
      ctx.set("b", 2);
      setImmediate(() => ctx.console.info(chunks.mock.calls.length));
      return ctx.sleep(1);
    });
    await attempt.rest();
    expect(attempt.logs.at(-1)?.line).toEqual([1]);
  });

  test("that is full holds notifications back until it has room", async () => {
    const attempt = startAttempt(async (ctx) => {
      await ctx.sleep(1);
      await ctx.sleep(1);
      return "done";
    });
    attempt.hasRoom = false;
    await attempt.rest();
    attempt.feed(completion(1, nothing));
    await attempt.rest();
    expect(commandsOf(attempt.sent)).toHaveLength(1);
    attempt.hasRoom = true;
    attempt.attempt.onDrain();
    attempt.feed(completion(2, nothing));
    await attempt.rest();
    expect(attempt.output).toBe("done");
  });

  test("that is gone gets nothing more, not even an end", async () => {
    const attempt = startAttempt((ctx) => ctx.sleep(1));
    await attempt.rest();
    attempt.attempt.onAbort(new Error("connection reset"));
    attempt.feed(completion(1, nothing));
    attempt.closeInput();
    await attempt.rest();
    expect(attempt.sent.map(({ type }) => type)).toEqual(["SleepCommand"]);
    expect(attempt.isEnded).toBe(false);
    expect(attempt.logs.at(-1)).toMatchObject({ level: "warn" });
    expect(attempt.logs.at(-1)?.text).toContain("connection to the Restate server was lost");
  });

  test("that closes before the journal is there gets an error", async () => {
    const attempt = startAttempt(() => "done", { start: { knownEntries: 5 } });
    attempt.closeInput();
    await attempt.rest();
    expect(attempt.sent).toMatchObject([{ type: "Error", code: 571 }]);
    expect(attempt.isEnded).toBe(true);
    expect(attempt.logs).toMatchObject([{ source: LogSource.JOURNAL, level: "warn" }]);
  });
});

describe("the shutdown of the server process", () => {
  test("suspends an attempt that waits", async () => {
    const attempt = startAttempt((ctx) => ctx.sleep(1));
    await attempt.rest();
    attempt.attempt.onShutdown();
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Suspension", awaitingOn: { completions: [1] } });
  });

  test("lets a run end, and takes no more notifications", async () => {
    let finish: (() => void) | undefined;
    const attempt = startAttempt((ctx) =>
      ctx.run("charge", () => new Promise<void>((resolve) => (finish = resolve))),
    );
    await attempt.rest();
    attempt.attempt.onShutdown();
    attempt.feed({ type: "SignalNotification", id: { kind: "signal", idx: 1 }, result: nothing });
    await attempt.rest();
    expect(attempt.isEnded).toBe(false);
    finish?.();
    await attempt.rest();
    expect(attempt.sent.map(({ type }) => type)).toEqual([
      "RunCommand",
      "ProposeRunCompletion",
      "Suspension",
    ]);
  });

  test("before the journal is there waits for it", async () => {
    const attempt = startAttempt((ctx) => ctx.sleep(1), { start: { knownEntries: 2 } });
    attempt.attempt.onShutdown();
    await attempt.rest();
    expect(attempt.sent).toEqual([]);
    attempt.feed({ type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 1, name: "" });
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Suspension" });
  });
});

describe("the log of an attempt", () => {
  const linesOf = async (handler: Parameters<typeof startAttempt>[0], setup: AttemptSetup = {}) => {
    const attempt = startAttempt(handler, setup);
    await attempt.rest();
    return attempt.logs
      .filter(({ source }) => source === LogSource.JOURNAL)
      .map(({ level, text: line }) => `${level} ${line}`);
  };

  test("tells start and success", async () => {
    expect(await linesOf(() => "done")).toEqual([
      "info Starting invocation.",
      "info Invocation completed successfully.",
    ]);
  });

  test("tells replay and suspension", async () => {
    const setup: AttemptSetup = {
      journal: [{ type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 1, name: "" }],
      closeInput: true,
    };
    expect(await linesOf((ctx) => ctx.sleep(1), setup)).toEqual([
      "info Replaying invocation.",
      "info Invocation suspended.",
    ]);
  });

  test.each([
    ["retry", "Attempt failed and will be retried: Journal mismatch at command 1"],
    ["pause", "Attempt failed; the invocation is paused"],
    ["fail", "Attempt failed, and the invocation with it"],
  ] as const)("tells what a mismatch leads to: %s", async (onJournalMismatchErrors, words) => {
    const lines = await linesOf((ctx) => ctx.sleep(1), {
      version: 7,
      options: { onJournalMismatchErrors },
      journal: [{ type: "ClearAllStateCommand", name: "" }],
    });
    expect(lines.at(-1)).toContain(words);
  });

  test("does not tell of success when the end is a mismatch", async () => {
    const attempt = startAttempt(() => "done", {
      journal: [{ type: "ClearAllStateCommand", name: "" }],
    });
    await attempt.rest();
    expect(attempt.logs.filter(({ level }) => level === RestateLogLevel.INFO)).toHaveLength(1);
    expect(attempt.last).toMatchObject({ type: "Error", code: 570 });
  });
});
