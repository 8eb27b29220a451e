import { describe, expect, test } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { CancelledError } from "../errors/terminal-error.js";
import type { Message } from "../protocol/messages.js";
import {
  cancelSignal,
  commandsOf,
  completion,
  invocationId,
  obliging,
  signal,
  nothing,
} from "../machine/messages.fixture.js";

const call = { service: "A", method: "b", parameter: new Uint8Array() };
const send = call;
const explicit = { options: { explicitCancellation: true } };

/** Calls get their invocation id, and no result. */
const started = (message: Message) => {
  if (message.type !== "CallCommand" && message.type !== "OneWayCallCommand") return [];
  const id = message.invocationIdCompletionId;
  return [completion(id, invocationId(`inv_${id}`))];
};
const cancelsOf = (messages: readonly Message[]) =>
  messages.flatMap((message) =>
    message.type === "SendSignalCommand" ? [message.targetInvocationId] : [],
  );

describe("implicit cancellation", () => {
  test("rejects what is awaited", async () => {
    const attempt = startAttempt(async (ctx) => {
      const error = await ctx.sleep(1_000).catch((e: unknown) => e);
      return [error instanceof CancelledError, (error as CancelledError).code];
    });
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(attempt.output).toEqual([true, 409]);
  });

  test("that nobody catches fails the invocation with 409", async () => {
    const attempt = startAttempt((ctx) => ctx.sleep(1_000));
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(attempt.output).toEqual({ code: 409, message: "Cancelled", metadata: [] });
    expect(attempt.logs.at(-1)).toMatchObject({ level: "warn" });
    expect(attempt.logs.at(-1)?.text).toContain("Invocation failed: Cancelled");
  });

  test("cancels calls first, and leaves sends alone", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        ctx.genericSend(send);
        const calls = [ctx.genericCall(call), ctx.genericCall(call)];
        await calls[0]?.catch(() => undefined);
        return "compensated";
      },
      { respond: started },
    );
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(cancelsOf(attempt.sent)).toEqual(["inv_2", "inv_4"]);
    expect(attempt.output).toBe("compensated");
  });

  test("leaves the operation pending: it can be awaited again", async () => {
    const attempt = startAttempt(async (ctx) => {
      const nap = ctx.sleep(1_000);
      await nap.catch(() => undefined);
      await nap;
      return "slept";
    });
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(attempt.isEnded).toBe(false);
    attempt.feed(completion(1, nothing));
    await attempt.rest();
    expect(attempt.output).toBe("slept");
  });
});

describe("explicit cancellation", () => {
  test("rejects nothing by itself", async () => {
    const attempt = startAttempt((ctx) => ctx.sleep(1_000).then(() => "slept"), explicit);
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(attempt.isEnded).toBe(false);
    attempt.feed(completion(1, nothing));
    await attempt.rest();
    expect(attempt.output).toBe("slept");
  });

  test("is not among what a suspension waits for, unless it is awaited", async () => {
    const asleep = await runAttempt((ctx) => ctx.sleep(1), { ...explicit, closeInput: true });
    expect(asleep.at(-1)).toMatchObject({ awaitingOn: { completions: [1], signals: [] } });
    const waiting = await runAttempt((ctx) => ctx.cancellation(), {
      ...explicit,
      closeInput: true,
    });
    expect(waiting.at(-1)).toMatchObject({ awaitingOn: { completions: [], signals: [1] } });
  });

  test("is a promise, the same one until it has come, then one for the next", async () => {
    const attempt = startAttempt(async (ctx) => {
      const first = ctx.cancellation();
      const isSame = ctx.cancellation() === first;
      await first;
      const second = ctx.cancellation();
      await second;
      return [isSame, second === first];
    }, explicit);
    await attempt.rest();
    attempt.feed(cancelSignal);
    await attempt.rest();
    expect(attempt.isEnded).toBe(false);
    attempt.feed(signal(1, nothing));
    await attempt.rest();
    expect(attempt.output).toEqual([true, false]);
  });

  test("cancels previous calls on demand, each once", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        ctx.genericSend(send);
        void ctx.genericCall(call);
        void ctx.genericCall(call);
        const first = await ctx.cancelPreviousCalls();
        void ctx.genericCall(call);
        return [first, await ctx.cancelPreviousCalls(), await ctx.cancelPreviousCalls()];
      },
      { ...explicit, respond: started },
    );
    await attempt.rest();
    expect(attempt.output).toEqual([["inv_2", "inv_4"], ["inv_6"], []]);
    expect(cancelsOf(attempt.sent)).toEqual(["inv_2", "inv_4", "inv_6"]);
  });

  test("cancels nothing when the promise of it is not awaited", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        void ctx.genericCall(call);
        void ctx.cancelPreviousCalls();
        return ctx.sleep(1);
      },
      { ...explicit, respond: (message) => [...started(message), ...obliging(6)(message)] },
    );
    await attempt.rest();
    expect(cancelsOf(attempt.sent)).toEqual([]);
  });

  test("replays: the cancellations are commands like others", async () => {
    const handler = async (ctx: Parameters<Parameters<typeof startAttempt>[0]>[0]) => {
      void ctx.genericCall(call);
      await ctx.cancellation();
      return ctx.cancelPreviousCalls();
    };
    const first = startAttempt(handler, { ...explicit, respond: started });
    await first.rest();
    first.feed(cancelSignal);
    await first.rest();
    expect(first.output).toEqual(["inv_1"]);
    const [callCommand, cancelCommand] = commandsOf(first.sent);
    const second = startAttempt(handler, {
      ...explicit,
      journal: [callCommand!, completion(1, invocationId("inv_1")), cancelSignal, cancelCommand!],
    });
    await second.rest();
    expect(second.output).toEqual(["inv_1"]);
    expect(commandsOf(second.sent)).toMatchObject([{ type: "OutputCommand" }]);
  });
});

test("without explicit cancellation there are no calls to cancel on demand", async () => {
  const attempt = startAttempt(
    async (ctx) => {
      void ctx.genericCall(call);
      return ctx.cancelPreviousCalls();
    },
    { respond: started },
  );
  await attempt.rest();
  expect(attempt.output).toEqual([]);
});
