import { describe, expect, test } from "vitest";
import { LogSource } from "../api/logger.js";
import { startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { completion, input, nothing, obliging, text, value } from "../machine/messages.fixture.js";

describe("ctx.key", () => {
  test.each(["exclusive", "shared", "workflow"] as const)("%s handlers have one", async (kind) => {
    const attempt = startAttempt((ctx) => ctx.key, { kind, start: { key: "c1" } });
    await attempt.rest();
    expect(attempt.output).toBe("c1");
  });

  test("services have none: a terminal error says so", async () => {
    const attempt = startAttempt((ctx) => ctx.key, { kind: "service", start: { key: "" } });
    await attempt.rest();
    expect(attempt.output).toMatchObject({
      code: 500,
      message: expect.stringContaining("no key") as string,
    });
  });
});

describe("ctx.request", () => {
  test("says what is known of the invocation and the attempt", async () => {
    const attempt = startAttempt(
      (ctx) => {
        const request = ctx.request();
        return [
          request.target,
          String(request.target),
          request.id,
          [...request.headers],
          [...request.attemptHeaders],
          request.extraArgs,
          new TextDecoder().decode(request.body),
          [request.idempotencyKey, request.scope, request.limitKey],
        ];
      },
      {
        version: 7,
        start: { idempotencyKey: "once", scope: "tenant", limitKey: "tenant/a" },
        input: input("Ada", [
          { key: "x", value: "1" },
          { key: "y", value: "2" },
        ]),
        request: {
          headers: { traceparent: "00-1", accept: ["a", "b"], missing: undefined },
          extraArgs: [{ cold: true }],
        },
      },
    );
    await attempt.rest();
    expect(attempt.output).toEqual([
      { service: "Greeter", handler: "greet", key: "Ada" },
      "Greeter/Ada/greet",
      "inv_1",
      [
        ["x", "1"],
        ["y", "2"],
      ],
      [
        ["traceparent", "00-1"],
        ["accept", "a"],
      ],
      [{ cold: true }],
      '"Ada"',
      ["once", "tenant", "tenant/a"],
    ]);
  });

  test("gives undefined for what there is not, and for what is empty", async () => {
    const attempt = startAttempt(
      (ctx) => {
        const request = ctx.request();
        return [
          request.target.key === undefined,
          String(request.target),
          request.idempotencyKey === undefined,
          request.scope === undefined,
          request.limitKey === undefined,
        ];
      },
      {
        kind: "service",
        version: 7,
        start: { key: "", idempotencyKey: "", scope: "", limitKey: "" },
      },
    );
    await attempt.rest();
    expect(attempt.output).toEqual([true, "Greeter/greet", true, true, true]);
  });

  test("is the same on every call, and its body the recorded input", async () => {
    const attempt = startAttempt(
      (ctx) => [ctx.request() === ctx.request(), [...ctx.request().body]],
      { input: { ...input(""), value: text("17") } },
    );
    await attempt.rest();
    expect(attempt.output).toEqual([true, [0x31, 0x37]]);
  });
});

test("ctx.date gives recorded times", async () => {
  const attempt = startAttempt(async (ctx) => [await ctx.date.now(), await ctx.date.toJSON()], {
    journal: [
      { type: "RunCommand", resultCompletionId: 1, name: "" },
      completion(1, value(1_000)),
      { type: "RunCommand", resultCompletionId: 2, name: "" },
      completion(2, value("1970-01-01T00:00:01.000Z")),
    ],
  });
  await attempt.rest();
  expect(attempt.output).toEqual([1_000, "1970-01-01T00:00:01.000Z"]);
});

test("ctx.date records the time", async () => {
  const attempt = startAttempt(async (ctx) => [await ctx.date.now(), await ctx.date.toJSON()], {
    respond: obliging(6),
  });
  const before = Date.now();
  await attempt.rest();
  const [now, iso] = attempt.output as [number, string];
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
  expect(new Date(iso).toJSON()).toBe(iso);
});

describe("ctx.rand", () => {
  test("draws from the seed of the server since V6", async () => {
    const attempt = startAttempt((ctx) => [ctx.rand.random(), ctx.rand.uuidv4()], {
      version: 6,
      start: { randomSeed: 42n },
    });
    await attempt.rest();
    expect(attempt.output).toEqual([0.6969372117194047, "91376f57-7441-4e51-8ced-240cfb7ce0fb"]);
  });

  test("draws from the invocation id before", async () => {
    const id = Uint8Array.from({ length: 24 }, (_, index) => (index * 37 + 11) & 255);
    const attempt = startAttempt((ctx) => [ctx.rand.random(), ctx.rand.uuidv4()], {
      version: 5,
      start: { id },
    });
    await attempt.rest();
    expect(attempt.output).toEqual([0.021975359524091576, "72e63c6d-83e0-49f5-ad26-fdb6774c3e63"]);
  });
});

describe("ctx.console", () => {
  test("writes to the endpoint's logger, marked while the attempt only repeats", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        ctx.console.info("before");
        await ctx.sleep(1);
        ctx.console.warn("between", { a: 1 });
        await ctx.sleep(1);
        ctx.console.log("after");
      },
      {
        journal: [
          { type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 1, name: "" },
          completion(1, nothing),
          { type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 2, name: "" },
        ],
      },
    );
    await attempt.rest();
    attempt.feed(completion(2, nothing));
    await attempt.rest();
    const lines = attempt.logs.filter(({ source }) => source === LogSource.USER);
    expect(lines.map(({ level, replaying, line }) => [level, replaying, ...line])).toEqual([
      ["info", true, "before"],
      ["warn", true, "between", { a: 1 }],
      ["info", false, "after"],
    ]);
  });

  test("is silent once the attempt is over", async () => {
    const attempt = startAttempt((ctx) => {
      setImmediate(() => ctx.console.info("late"));
      return "done";
    });
    await attempt.rest();
    expect(attempt.logs.at(-1)).toMatchObject({ text: "late", replaying: true });
  });
});

test("ctx.isProcessing tells replay from progress", async () => {
  const seen: boolean[] = [];
  const attempt = startAttempt(
    async (ctx) => {
      seen.push(ctx.isProcessing());
      await ctx.sleep(1);
      seen.push(ctx.isProcessing());
      setImmediate(() => seen.push(ctx.isProcessing()));
    },
    {
      journal: [
        { type: "SleepCommand", wakeUpTime: 1, resultCompletionId: 1, name: "" },
        completion(1, nothing),
      ],
    },
  );
  await attempt.rest();
  expect(seen).toEqual([false, true, false]);
});
