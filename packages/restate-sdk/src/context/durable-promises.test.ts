import { describe, expect, test } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import type { Message } from "../protocol/messages.js";
import {
  commandsOf,
  completion,
  failure,
  json,
  nothing,
  obliging,
  value,
} from "../machine/messages.fixture.js";

const workflow = { kind: "workflow", respond: obliging(6) } as const;

describe("a workflow promise", () => {
  test("is awaited, peeked at and settled by one command each", async () => {
    const attempt = startAttempt(async (ctx) => {
      const paid = ctx.promise<string>("paid");
      return [
        await paid,
        await paid.get(),
        (await paid.peek()) === undefined,
        await paid.resolve("yes").then((nothing: unknown) => nothing === undefined),
        await paid.reject("no").then((nothing: unknown) => nothing === undefined),
      ];
    }, workflow);
    await attempt.rest();
    expect(attempt.output).toEqual(["done", "done", true, true, true]);
    expect(commandsOf(attempt.sent).slice(0, -1)).toEqual([
      { type: "GetPromiseCommand", key: "paid", resultCompletionId: 1, name: "" },
      { type: "GetPromiseCommand", key: "paid", resultCompletionId: 2, name: "" },
      { type: "PeekPromiseCommand", key: "paid", resultCompletionId: 3, name: "" },
      {
        type: "CompletePromiseCommand",
        key: "paid",
        completion: value("yes"),
        resultCompletionId: 4,
        name: "",
      },
      {
        type: "CompletePromiseCommand",
        key: "paid",
        completion: failure(500, "no"),
        resultCompletionId: 5,
        name: "",
      },
    ]);
  });

  test("writes nothing when it is only named", async () => {
    const sent = await runAttempt(
      (ctx) => Object.prototype.toString.call(ctx.promise("paid")),
      workflow,
    );
    expect(commandsOf(sent)).toMatchObject([{ result: value("[object DurablePromise]") }]);
  });

  test("rejects as it was rejected", async () => {
    const answer = failure(500, "no");
    const respond = (message: Message) =>
      message.type === "GetPromiseCommand" || message.type === "PeekPromiseCommand"
        ? [completion(message.resultCompletionId, answer)]
        : [];
    const attempt = startAttempt(
      async (ctx) => {
        const paid = ctx.promise("paid");
        const seen: string[] = [];
        await paid.then(undefined, (e: unknown) => seen.push(`then ${String(e)}`));
        await paid.catch((e: unknown) => seen.push(`catch ${String(e)}`));
        await paid.finally(() => seen.push("finally")).catch(() => undefined);
        await paid.peek().catch((e: unknown) => seen.push(`peek ${String(e)}`));
        return seen;
      },
      { kind: "workflow", respond },
    );
    await attempt.rest();
    expect(attempt.output).toEqual([
      "then TerminalError: no",
      "catch TerminalError: no",
      "finally",
      "peek TerminalError: no",
    ]);
  });

  test("settled before refuses with a conflict", async () => {
    const attempt = startAttempt(
      (ctx) =>
        ctx
          .promise("paid")
          .resolve("again")
          .catch((e: unknown) => e),
      {
        kind: "workflow",
        respond: (message) =>
          message.type === "CompletePromiseCommand" ? [completion(1, failure(409, "settled"))] : [],
      },
    );
    await attempt.rest();
    expect(attempt.output).toMatchObject({ code: 409 });
  });

  test("peeked at after it was fulfilled gives its value", async () => {
    const attempt = startAttempt((ctx) => ctx.promise("paid").peek(), {
      kind: "workflow",
      respond: (message) =>
        message.type === "PeekPromiseCommand" ? [completion(1, value("yes"))] : [],
    });
    await attempt.rest();
    expect(attempt.output).toBe("yes");
  });

  test("resolved with what does not serialise fails the attempt", async () => {
    const sent = await runAttempt(
      (ctx) =>
        ctx
          .promise("paid")
          .resolve(1n)
          .catch(() => "caught"),
      workflow,
    );
    expect(sent).toMatchObject([
      { type: "Error", relatedCommandIndex: 1, relatedCommandType: 0x040b },
    ]);
  });

  test("resolved without a value sends none", async () => {
    const sent = await runAttempt((ctx) => ctx.promise("paid").resolve(), workflow);
    expect(sent[0]).toMatchObject({ completion: { kind: "value", value: new Uint8Array(0) } });
  });

  test("uses the serde it was named with", async () => {
    const constant = { serialize: () => json("in"), deserialize: () => "out" };
    const attempt = startAttempt(async (ctx) => {
      const paid = ctx.promise<string>("paid", constant);
      await paid.resolve("yes");
      return paid;
    }, workflow);
    await attempt.rest();
    expect(attempt.sent[0]).toMatchObject({ completion: value("in") });
    expect(attempt.output).toBe("out");
  });

  test("needs a name", async () => {
    const attempt = startAttempt((ctx) => {
      expect(() => ctx.promise(undefined as unknown as string)).toThrow("The name of ctx.promise");
    }, workflow);
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "End" });
  });
});

test("the answer of a promise that has none is no value", async () => {
  const attempt = startAttempt((ctx) => ctx.promise("paid").get(), {
    kind: "workflow",
    respond: (message) => (message.type === "GetPromiseCommand" ? [completion(1, nothing)] : []),
  });
  await attempt.rest();
  expect(attempt.last).toMatchObject({ type: "Error", relatedCommandType: 0x0409 });
});
