import { serde } from "@restatedev/restate-sdk-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RunOptions } from "../api/run.js";
import { startAttempt, runAttempt, type AttemptSetup } from "../endpoint/attempt-driver.fixture.js";
import { PauseError, RetryableError } from "../errors/retry-errors.js";
import { CancelledError, TerminalError } from "../errors/terminal-error.js";
import {
  cancelSignal,
  commandsOf,
  completion,
  failure,
  obliging,
  value,
} from "../machine/messages.fixture.js";
import type { HandlerContext } from "./handler-context.js";

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
const recorded = (id: number, name: string) =>
  ({ type: "RunCommand", resultCompletionId: id, name }) as const;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("ctx.run", () => {
  test.each([
    ["a value", () => 5],
    ["a promise", async () => 5],
    ["a late promise", () => pause().then(() => 5)],
    ["a thenable", () => ({ then: (resolve: (v: number) => void) => resolve(5) })],
  ])("records what the action gives: %s", async (_what, action) => {
    const attempt = startAttempt((ctx) => ctx.run("five", action as () => number), {
      respond: obliging(6),
    });
    await attempt.rest();
    expect(attempt.output).toBe(5);
    expect(attempt.sent.slice(0, 2)).toEqual([
      recorded(1, "five"),
      { type: "ProposeRunCompletion", resultCompletionId: 1, result: value(5) },
    ]);
  });

  test("executes nothing whose result has come before the handler got there again", async () => {
    const action = vi.fn(() => 6);
    const attempt = startAttempt(
      async (ctx) => {
        // While the handler waits for this, all that is recorded is delivered to nobody.
        await new Promise((resolve) => setTimeout(resolve, 20));
        return [await ctx.run("first", action), await ctx.run("second", action)];
      },
      {
        journal: [
          recorded(1, "first"),
          completion(1, value(1)),
          recorded(2, "second"),
          completion(2, value(2)),
        ],
      },
    );
    await vi.waitFor(() => expect(attempt.output).toEqual([1, 2]));
    expect(action).not.toHaveBeenCalled();
    expect(attempt.logs.filter(({ text }) => text.includes("without awaiting"))).toEqual([]);
  });

  test("needs no name", async () => {
    const sent = await runAttempt((ctx) => ctx.run(() => 5));
    expect(sent[0]).toEqual(recorded(1, ""));
  });

  test("records no value as none", async () => {
    let result: unknown = "untouched";
    const attempt = startAttempt(
      async (ctx) => {
        result = await ctx.run<unknown>(() => undefined);
      },
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.sent[1]).toMatchObject({ result: { kind: "value", value: new Uint8Array(0) } });
    expect(attempt.isEnded).toBe(true);
    expect(result).toBeUndefined();
  });

  test("uses the serde it is given, for the value that comes back as well", async () => {
    const attempt = startAttempt(
      async (ctx) => [
        ...(await ctx.run("bytes", () => new Uint8Array([1, 2]), { serde: serde.binary })),
      ],
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.sent[1]).toMatchObject({ result: { value: new Uint8Array([1, 2]) } });
    expect(attempt.output).toEqual([1, 2]);
  });

  test("gives what was recorded, not what the action gave", async () => {
    const attempt = startAttempt(
      async (ctx) => typeof (await ctx.run<unknown>("now", () => new Date(0))),
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("string");
  });

  test("does not run the action when its result is recorded", async () => {
    const action = vi.fn();
    const attempt = startAttempt((ctx) => ctx.run("charge", action), {
      journal: [recorded(1, "charge"), completion(1, value("paid"))],
    });
    await attempt.rest();
    expect(attempt.output).toBe("paid");
    expect(action).not.toHaveBeenCalled();
  });

  test("runs the action again when its result was never recorded", async () => {
    const action = vi.fn(() => "paid");
    const attempt = startAttempt((ctx) => ctx.run("charge", action), {
      journal: [recorded(1, "charge")],
      respond: obliging(6),
    });
    await attempt.rest();
    expect(attempt.output).toBe("paid");
    expect(action).toHaveBeenCalledTimes(1);
  });

  test("awaits a thenable once: query builders work when then is called", async () => {
    let executions = 0;
    const query = {
      then: (resolve: (rows: number) => void) => {
        executions++;
        resolve(3);
      },
    };
    const attempt = startAttempt((ctx) => ctx.run("query", () => query as PromiseLike<number>), {
      respond: obliging(6),
    });
    await attempt.rest();
    expect(attempt.output).toBe(3);
    expect(executions).toBe(1);
  });

  test.each([
    ["a name alone", ["charge"], 'ctx.run("charge", action)'],
    ["a number", [5], "got number"],
    ["nothing", [], "got undefined"],
    ["two functions", [() => 1, () => 2], "name the run"],
    ["a name and a value", ["charge", 5], "got number"],
  ])("refuses %s", async (_what, args, message) => {
    const attempt = startAttempt((ctx) => {
      const run = ctx.run.bind(ctx) as (...args: unknown[]) => unknown;
      expect(() => run(...args)).toThrow(message);
      expect(() => run(...args)).toThrow(TypeError);
      return "checked";
    });
    await attempt.rest();
    expect(attempt.output).toBe("checked");
    expect(commandsOf(attempt.sent)).toHaveLength(1);
  });

  test("that a cancellation came before does not run, and that is no mistake", async () => {
    const action = vi.fn();
    const attempt = startAttempt((ctx) => ctx.run("charge", action).catch(String), {
      journal: [cancelSignal],
    });
    await attempt.rest();
    expect(attempt.output).toBe("CancelledError: Cancelled");
    expect(action).not.toHaveBeenCalled();
    expect(attempt.logs.map(({ level }) => level)).toEqual(["info", "info"]);
  });

  test("that is never awaited does not run, and the log says so", async () => {
    const action = vi.fn();
    const attempt = startAttempt((ctx) => {
      void ctx.run("audit", action);
      return "done";
    });
    await attempt.rest();
    expect(attempt.output).toBe("done");
    expect(action).not.toHaveBeenCalled();
    expect(attempt.logs.at(-1)).toMatchObject({ level: "warn" });
    expect(attempt.logs.at(-1)?.text).toContain('ended without awaiting ctx.run "audit"');
  });
});

describe("a result that does not serialise", () => {
  test.each([
    ["throws", () => 1n, {}],
    ["is no bytes", () => 1, { serde: { serialize: () => "1", deserialize: () => 1 } }],
  ])(
    "%s: fails the attempt in the name of the run, and user code does not see it",
    async (_what, action, options) => {
      let caught: unknown;
      const attempt = startAttempt((ctx) =>
        ctx
          .run("charge", action, options as unknown as RunOptions<unknown>)
          .catch((error: unknown) => (caught = error)),
      );
      await attempt.rest();
      expect(caught).toBeUndefined();
      expect(attempt.last).toMatchObject({
        type: "Error",
        code: 500,
        relatedCommandIndex: 1,
        relatedCommandName: "charge",
        relatedCommandType: 0x0411,
        behavior: "retry",
      });
    },
  );
});

describe("an action that throws", () => {
  const run = (thrown: () => unknown, options: RunOptions<never> = {}, setup: AttemptSetup = {}) =>
    startAttempt(
      (ctx) =>
        ctx
          .run(
            "charge",
            () => {
              throw thrown();
            },
            options,
          )
          .catch((error: unknown) => [
            error instanceof TerminalError,
            (error as TerminalError).message,
            (error as TerminalError).code,
            (error as TerminalError).metadata,
          ]),
      { respond: obliging(setup.version ?? 6), ...setup },
    );

  test("a terminal error records it, and user code sees it", async () => {
    const attempt = run(() => new TerminalError("gone", { errorCode: 404, metadata: { a: "b" } }));
    await attempt.rest();
    expect(attempt.sent[1]).toMatchObject({
      result: failure(404, "gone", [{ key: "a", value: "b" }]),
    });
    expect(attempt.output).toEqual([true, "gone", 404, { a: "b" }]);
  });

  test("a terminal error with metadata needs V6", async () => {
    const attempt = run(
      () => new TerminalError("gone", { metadata: { a: "b" } }),
      {},
      { version: 5 },
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", code: 573 });
  });

  test("a subclass of it, seen as a plain one", async () => {
    const attempt = run(() => new CancelledError());
    await attempt.rest();
    expect(attempt.output).toEqual([true, "Cancelled", 409, {}]);
  });

  test("any other error ends the attempt, and user code does not see it", async () => {
    const attempt = run(() => new TypeError("oops"));
    await attempt.rest();
    expect(attempt.output).toBeUndefined();
    expect(attempt.last).toMatchObject({
      type: "Error",
      code: 500,
      message: "oops",
      relatedCommandIndex: 1,
      relatedCommandName: "charge",
      nextRetryDelay: undefined,
    });
    expect((attempt.last as { stacktrace: string }).stacktrace).toContain("TypeError: oops");
    expect(attempt.logs.at(-1)).toMatchObject({
      level: "warn",
      text: "Attempt failed and will be retried: oops TypeError: oops",
    });
  });

  test.each([
    ["text", "text", 'Non-Error value: "text"'],
    ["undefined", undefined, "Non-Error value: undefined"],
    ["an error-like object", { message: "like", code: 7 }, "like"],
  ])("what is no error: %s", async (_what, thrown, message) => {
    const attempt = run(() => thrown);
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", code: 500, message });
  });

  test("what asTerminalError makes terminal is terminal", async () => {
    const asTerminalError = (error: unknown) =>
      error instanceof RangeError
        ? new TerminalError("out of range", { errorCode: 416 })
        : undefined;
    const attempt = run(() => new RangeError("99"), {}, { options: { asTerminalError } });
    await attempt.rest();
    expect(attempt.output).toEqual([true, "out of range", 416, {}]);
    const other = run(() => new TypeError("99"), {}, { options: { asTerminalError } });
    await other.rest();
    expect(other.last).toMatchObject({ type: "Error", message: "99" });
  });

  test("a terminal error whose fields cannot travel still ends the run", async () => {
    const odd = new TerminalError("gone", {
      errorCode: 1.5,
      metadata: { a: 5 as unknown as string },
    });
    const attempt = run(() => odd);
    await attempt.rest();
    expect(attempt.output).toEqual([true, "gone", 500, { a: "5" }]);
  });
});

describe("retries of a run", () => {
  const delayOf = async (options: RunOptions<never>, setup: AttemptSetup = {}, thrown?: Error) => {
    const sent = await runAttempt(
      (ctx) =>
        ctx.run(
          "charge",
          () => {
            throw thrown ?? new Error("boom");
          },
          options,
        ),
      setup,
    );
    const last = sent.at(-1);
    if (last?.type === "ProposeRunCompletion") return last.result;
    return last?.type === "Error" ? last.nextRetryDelay : undefined;
  };
  const replayed = (retries: number, durationMs = 0): AttemptSetup => ({
    journal: [recorded(1, "charge")],
    start: { retryCountSinceLastStoredEntry: retries, durationSinceLastStoredEntry: durationMs },
  });

  test("are the server's business without options", async () => {
    expect(await delayOf({})).toBeUndefined();
    expect(await delayOf({ serde: serde.json as never })).toBeUndefined();
  });

  test.each<[string, RunOptions<never>, readonly number[]]>([
    ["any option brings the defaults", { maxRetryAttempts: 100 }, [50, 100, 200, 400, 10_000]],
    ["initialRetryInterval", { initialRetryInterval: 100 }, [100, 200, 400, 800, 10_000]],
    ["a duration", { initialRetryInterval: { seconds: 1 } }, [1_000, 2_000, 4_000, 8_000, 10_000]],
    ["retryIntervalFactor", { retryIntervalFactor: 3 }, [50, 150, 450, 1_350, 10_000]],
    ["maxRetryInterval", { maxRetryInterval: { milliseconds: 150 } }, [50, 100, 150, 150, 150]],
  ])("%s", async (_what, options, delays) => {
    const seen = [];
    for (const retries of [0, 1, 2, 3, 20]) seen.push(await delayOf(options, replayed(retries)));
    expect(seen).toEqual(delays);
  });

  test("with options that are no times leave the delay to the server", async () => {
    expect(await delayOf({ initialRetryInterval: NaN })).toBeUndefined();
    expect(await delayOf({ maxRetryInterval: NaN })).toBeUndefined();
    expect(await delayOf({ retryIntervalFactor: NaN }, replayed(2))).toBeUndefined();
    expect(await delayOf({ maxRetryDuration: NaN })).toBe(50);
  });

  test("end after maxRetryAttempts, with the error as result", async () => {
    expect(await delayOf({ maxRetryAttempts: 2 }, replayed(0))).toBe(50);
    expect(await delayOf({ maxRetryAttempts: 2 }, replayed(1))).toEqual(failure(500, "boom"));
    expect(await delayOf({ maxRetryAttempts: 1 })).toEqual(failure(500, "boom"));
    expect(await delayOf({ maxRetryAttempts: 0 })).toEqual(failure(500, "boom"));
  });

  test("end after maxRetryDuration, with the error as result", async () => {
    const options = { maxRetryDuration: { minutes: 1 } };
    expect(await delayOf(options, replayed(1, 59_000))).toBe(100);
    expect(await delayOf(options, replayed(1, 60_000))).toEqual(failure(500, "boom"));
  });

  test("count the time that the action took", async () => {
    let now = 1_000_000;
    vi.spyOn(Date, "now").mockImplementation(() => now);
    const sent = await runAttempt((ctx) =>
      ctx.run(
        "charge",
        () => {
          now += 60_000;
          throw new Error("boom");
        },
        { maxRetryDuration: { minutes: 1 } },
      ),
    );
    expect(sent.at(-1)).toMatchObject({ result: failure(500, "boom") });
  });

  test("that are used up are reported, and user code gets the error", async () => {
    const attempt = startAttempt(
      (ctx) =>
        ctx
          .run(
            "charge",
            () => {
              throw new Error("boom");
            },
            { maxRetryAttempts: 1 },
          )
          .catch(String),
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("TerminalError: boom");
    expect(attempt.logs.map(({ level, text }) => `${level} ${text}`)).toContain(
      'warn ctx.run "charge" failed, and its retries are used up. Error: boom',
    );
  });

  test.each([
    ["a number", 250, 250],
    ["a duration", { seconds: 2 }, 2_000],
    ["nothing", undefined, undefined],
    ["no number", NaN, undefined],
    ["a time that is over", -5, undefined],
  ])("wait as long as a RetryableError says: %s", async (_what, retryAfter, delay) => {
    const error = new RetryableError("later", retryAfter === undefined ? {} : { retryAfter });
    expect(await delayOf({}, {}, error)).toBe(delay);
    expect(await delayOf({ initialRetryInterval: 7 }, {}, error)).toBe(delay);
  });

  test("by a RetryableError end at the same limits", async () => {
    const error = new RetryableError("later", { retryAfter: 250 });
    expect(await delayOf({ maxRetryAttempts: 2 }, replayed(0), error)).toBe(250);
    expect(await delayOf({ maxRetryAttempts: 2 }, replayed(1), error)).toEqual(
      failure(500, "later"),
    );
  });

  test.each([5, 6, 7] as const)(
    "V%i: after a PauseError the server is to pause, whatever the limits",
    async (version) => {
      const attempt = startAttempt(
        (ctx) =>
          ctx.run(
            "charge",
            () => {
              throw new PauseError("repair me");
            },
            { maxRetryAttempts: 1 },
          ),
        { version },
      );
      await attempt.rest();
      expect(attempt.last).toMatchObject({
        type: "Error",
        code: 500,
        message: "repair me",
        relatedCommandName: "charge",
        nextRetryDelay: undefined,
        behavior: "pause",
      });
      expect(attempt.logs.at(-1)?.text).toContain("the invocation is paused");
    },
  );
});

describe("the signal of an action", () => {
  /** Starts a run whose action waits for its signal. */
  const waiting = (setup: AttemptSetup = {}) => {
    const seen: { signal?: AbortSignal } = {};
    const attempt = startAttempt(async (ctx) => {
      const download = ctx.run("download", async ({ signal }) => {
        seen.signal = signal;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.throwIfAborted();
      });
      return download.catch(String);
    }, setup);
    return { attempt, seen };
  };

  test("is not aborted while the result is of use", async () => {
    const { attempt, seen } = waiting();
    await attempt.rest();
    expect(seen.signal?.aborted).toBe(false);
    attempt.attempt.onAbort();
  });

  test("is aborted by cancellation, with the error that user code gets", async () => {
    const { attempt, seen } = waiting();
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(seen.signal?.aborted).toBe(true);
    expect(seen.signal?.reason).toBeInstanceOf(CancelledError);
    expect(attempt.output).toBe("CancelledError: Cancelled");
    expect(attempt.logs.map(({ level }) => level)).toEqual(["info", "info"]);
  });

  test("is aborted when the connection is lost", async () => {
    const { attempt, seen } = waiting();
    await attempt.rest();
    attempt.attempt.onAbort(new Error("connection reset"));
    expect(seen.signal?.aborted).toBe(true);
    await attempt.rest();
    expect(attempt.sent.map(({ type }) => type)).toEqual(["RunCommand"]);
  });

  test("is aborted when another operation ends the attempt", async () => {
    let signalOfLoser: AbortSignal | undefined;
    const attempt = startAttempt((ctx) =>
      Promise.all([
        ctx.run("slow", async ({ signal }) => {
          signalOfLoser = signal;
          await new Promise(() => undefined);
        }),
        ctx.run("fast", async () => {
          await pause();
          throw new Error("boom");
        }),
      ]),
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", message: "boom" });
    expect(signalOfLoser?.aborted).toBe(true);
  });

  test("that is first looked at later is aborted by then", async () => {
    let looked: boolean | undefined;
    const attempt = startAttempt((ctx) =>
      ctx.run("slow", async (options) => {
        await pause();
        await pause();
        looked = options.signal.aborted;
      }),
    );
    await pause();
    attempt.attempt.onAbort();
    await attempt.rest();
    expect(looked).toBe(true);
  });

  test("goes to actions that declare it; others are called without arguments", async () => {
    const counts: number[] = [];
    const action = (...args: unknown[]) => void counts.push(args.length);
    await runAttempt(async (ctx) => ctx.run(action as () => void), { respond: obliging(6) });
    await runAttempt(
      async (ctx) =>
        ctx.run(function count(_options) {
          counts.push(arguments.length);
        }),
      { respond: obliging(6) },
    );
    expect(counts).toEqual([0, 1]);
  });
});

test("concurrent runs are executed at the same time, each recorded when it ends", async () => {
  const order: string[] = [];
  const step = (ctx: HandlerContext, name: string, turns: number) =>
    ctx.run(name, async () => {
      order.push(`${name} starts`);
      for (let turn = 0; turn < turns; turn++) await pause();
      order.push(`${name} ends`);
      return name;
    });
  const attempt = startAttempt((ctx) => Promise.all([step(ctx, "a", 3), step(ctx, "b", 1)]), {
    respond: obliging(6),
  });
  await attempt.rest();
  expect(order).toEqual(["a starts", "b starts", "b ends", "a ends"]);
  expect(attempt.output).toEqual(["a", "b"]);
});
