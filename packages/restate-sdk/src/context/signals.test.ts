/* eslint-disable @typescript-eslint/no-deprecated -- the old names of ctx.invocation's functions go on working */
import { describe, expect, test } from "vitest";
import type { InvocationId } from "../api/invocation-id.js";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { TerminalError } from "../errors/terminal-error.js";
import {
  commandsOf,
  failure,
  json,
  nothing,
  obliging,
  signal,
  value,
} from "../machine/messages.fixture.js";

const inv2 = "inv_2" as InvocationId;

describe("ctx.signal", () => {
  test("takes the signal of its name", async () => {
    const attempt = startAttempt((ctx) => ctx.signal("approved"));
    await attempt.rest();
    attempt.feed(signal("other", value(1)), signal("approved", value(2)));
    await attempt.rest();
    expect(attempt.output).toBe(2);
  });

  test("takes signals that came first, in their order", async () => {
    const attempt = startAttempt(
      async (ctx) => [await ctx.signal("item"), await ctx.signal("item")],
      { journal: [signal("item", value("a")), signal("item", value("b"))] },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["a", "b"]);
  });

  test("rejects with a failure, and gives undefined for no value", async () => {
    const attempt = startAttempt(async (ctx) => {
      const rejected = await ctx.signal("a").catch((e: unknown) => String(e));
      return [rejected, (await ctx.signal("a")) === undefined];
    });
    await attempt.rest();
    attempt.feed(signal("a", failure(400, "no")), signal("a", nothing));
    await attempt.rest();
    expect(attempt.output).toEqual(["TerminalError: no", true]);
  });

  test("suspends until its name arrives", async () => {
    const sent = await runAttempt((ctx) => ctx.signal("approved"), { closeInput: true });
    expect(sent).toMatchObject([
      { type: "Suspension", awaitingOn: { namedSignals: ["approved"], signals: [1] } },
    ]);
  });

  test("needs a name", async () => {
    const attempt = startAttempt((ctx) => {
      expect(() => ctx.signal(undefined as unknown as string)).toThrow("The name of ctx.signal");
    });
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "End" });
  });
});

describe("a reference to an invocation", () => {
  const to = { type: "SendSignalCommand", targetInvocationId: "inv_2", name: "" } as const;
  const named = { signalId: { kind: "name", name: "approved" } } as const;

  test("sends signals", async () => {
    const sent = await runAttempt((ctx) => {
      const approved = ctx.invocation(inv2).signal<{ by: string }>("approved");
      approved.resolve({ by: "Ada" });
      approved.resolve();
      approved.reject("no");
      approved.reject(new TerminalError("gone", { errorCode: 404, metadata: { a: "b" } }));
    });
    expect(commandsOf(sent).slice(0, -1)).toEqual([
      { ...to, ...named, result: value({ by: "Ada" }) },
      { ...to, ...named, result: { kind: "value", value: new Uint8Array(0) } },
      { ...to, ...named, result: failure(500, "no") },
      { ...to, ...named, result: failure(404, "gone", [{ key: "a", value: "b" }]) },
    ]);
  });

  test("sends with its own serde", async () => {
    const constant = { serialize: () => json("in"), deserialize: () => "out" };
    const sent = await runAttempt((ctx) => {
      ctx.invocation(inv2).signal("approved", constant).resolve("yes");
    });
    expect(sent[0]).toMatchObject({ result: value("in") });
  });

  test("cancels", async () => {
    const sent = await runAttempt((ctx) => {
      ctx.invocation(inv2).cancel();
      ctx.cancel("inv_3" as InvocationId);
    });
    const cancellation = { signalId: { kind: "idx", idx: 1 }, result: { kind: "void" } } as const;
    expect(commandsOf(sent).slice(0, -1)).toEqual([
      { ...to, ...cancellation },
      { ...to, ...cancellation, targetInvocationId: "inv_3" },
    ]);
  });

  test("attaches", async () => {
    const attempt = startAttempt(
      async (ctx) => [await ctx.invocation(inv2).attach(), await ctx.attach(inv2)],
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["done", "done"]);
    expect(attempt.sent[0]).toEqual({
      type: "AttachInvocationCommand",
      target: { kind: "invocationId", invocationId: "inv_2" },
      resultCompletionId: 1,
      name: "",
    });
  });

  test("sending what does not serialise fails the attempt", async () => {
    const sent = await runAttempt((ctx) => {
      ctx.invocation(inv2).signal("approved").resolve(1n);
    });
    expect(sent).toMatchObject([
      { type: "Error", relatedCommandIndex: 1, relatedCommandType: 0x0410 },
    ]);
  });

  test("needs an id, and its signals a name", async () => {
    const missing = undefined as unknown as InvocationId;
    const attempt = startAttempt((ctx) => {
      expect(() => ctx.invocation(missing)).toThrow("The id of ctx.invocation");
      expect(() => ctx.cancel(missing)).toThrow("The id of ctx.cancel");
      expect(() => ctx.attach(missing)).toThrow("The id of ctx.attach");
      expect(() => ctx.invocation(inv2).signal(missing)).toThrow("The name of a signal");
    });
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "End" });
  });
});
