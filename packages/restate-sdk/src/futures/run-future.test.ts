import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, vi } from "vitest";
import { RetryableError } from "../errors/retry-errors.js";
import { CancelledError, TerminalError } from "../errors/terminal-error.js";
import { cancelSignal, completion, nothing, value } from "../machine/messages.fixture.js";
import type { Message } from "../protocol/messages.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

const recorded = { type: "RunCommand", resultCompletionId: 1, name: "step" } as const;
const proposal = (id: number, content: unknown) => ({
  type: "ProposeRunCompletion",
  resultCompletionId: id,
  result: value(content),
});

describe("the closure of a run", () => {
  it("runs when it is awaited, and its result counts once it is durable", async () => {
    const test = new TestFutures();
    const { events } = observe(test.run(() => "done"));
    await settled();
    expect(test.sent).toMatchObject([recorded, proposal(1, "done")]);
    expect(events).toEqual([]);
    test.feed(completion(1, value("done")));
    await settled();
    expect(events).toEqual(["done"]);
  });

  it("may be acknowledged without its value from version 7 on", async () => {
    const test = new TestFutures({ version: 7 });
    const { events } = observe(test.run(() => "done"));
    await settled();
    test.feed({ type: "ProposeRunCompletionAck", completionId: 1 });
    await settled();
    expect(events).toEqual(["done"]);
  });

  it("does not run if nobody awaits it", async () => {
    const test = new TestFutures();
    const action = vi.fn();
    test.run(action);
    observe(test.sleep());
    await settled();
    expect(action).not.toHaveBeenCalled();
    expect(test.delivery.neverStartedRuns()).toEqual(['ctx.run "step"']);
  });

  it("runs if it is awaited through a combinator or a mapping", async () => {
    const test = new TestFutures();
    const action = vi.fn();
    observe(RestatePromise.race([test.sleep(), test.run(action)]));
    observe(test.run(action).map(() => 1));
    await settled();
    expect(action).toHaveBeenCalledTimes(2);
  });

  it("does not run if the journal has its result", async () => {
    const test = new TestFutures({ journal: [recorded, completion(1, value("recorded"))] });
    const action = vi.fn();
    expect(await test.run(action)).toBe("recorded");
    expect(action).not.toHaveBeenCalled();
  });

  it("does not run while there is something to deliver", async () => {
    const test = new TestFutures({
      journal: [
        { type: "SleepCommand", wakeUpTime: 0, resultCompletionId: 1, name: "" },
        { type: "RunCommand", resultCompletionId: 2, name: "step" },
        completion(1, nothing),
      ],
    });
    const events: string[] = [];
    const branch = (async () => {
      await test.sleep();
      events.push("slept");
    })();
    observe(test.run(() => events.push("ran")));
    await branch;
    await settled();
    expect(events).toEqual(["slept", "ran"]);
  });

  it("starts with all others that are due, before anything is proposed", async () => {
    const test = new TestFutures({ version: 7 });
    test.machine.closeInput();
    const ran: number[] = [];
    observe(RestatePromise.all([1, 2, 3].map((one) => test.run(() => ran.push(one)))));
    await settled();
    expect(ran).toEqual([1, 2, 3]);
    expect(test.sent.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => "RunCommand"),
      ...Array.from({ length: 3 }, () => "ProposeRunCompletion"),
      "Suspension",
    ]);
    expect(test.writes).toEqual([7]);
  });

  it("keeps the attempt from suspending until it has ended", async () => {
    const test = new TestFutures();
    let end: ((result: string) => void) | undefined;
    observe(test.run(() => new Promise((resolve) => (end = resolve))));
    test.closeInput();
    await settled();
    expect(test.machine.isClosed).toBe(false);
    end?.("done");
    await settled();
    expect(test.sent).toMatchObject([
      recorded,
      proposal(1, "done"),
      { type: "Suspension", awaitingOn: { completions: [1] } },
    ]);
  });

  it("runs in the asynchronous context of the code that called ctx.run", async () => {
    const test = new TestFutures();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const see = () => seen.push(storage.getStore());
    const [first, second] = ["first", "second"].map((name) =>
      storage.run(name, () =>
        test.run(async () => {
          see();
          await Promise.resolve();
          see();
        }),
      ),
    );
    storage.run("awaiting", () => observe(RestatePromise.all([first, second] as never)));
    await settled();
    expect(seen).toEqual(["first", "second", "first", "second"]);
  });

  it("does not start once the attempt is over", async () => {
    const test = new TestFutures();
    const second = vi.fn();
    const first = test.run(() => {
      test.abort();
    });
    observe(RestatePromise.all([first, test.run(second)]));
    await settled();
    expect(second).not.toHaveBeenCalled();
  });
});

describe("a closure that throws", () => {
  it("a TerminalError has that as its result", async () => {
    const test = new TestFutures();
    observe(
      test.run(() => {
        throw new TerminalError("no", { errorCode: 410 });
      }),
    );
    await settled();
    expect(test.last).toMatchObject({
      type: "ProposeRunCompletion",
      result: { kind: "failure", failure: { code: 410, message: "no" } },
    });
  });

  it("anything else fails the attempt, in the name of the run", async () => {
    const test = new TestFutures();
    const { events } = observe(test.run(() => Promise.reject(new Error("broken"))));
    await settled();
    expect(test.last).toMatchObject({
      type: "Error",
      message: "broken",
      relatedCommandIndex: 1,
      relatedCommandName: "step",
    });
    expect(events).toEqual([]);
  });

  it("a RetryableError decides when it is tried again", async () => {
    const test = new TestFutures();
    observe(
      test.run(() => {
        throw new RetryableError("busy", { retryAfter: { seconds: 3 } });
      }),
    );
    await settled();
    expect(test.last).toMatchObject({ type: "Error", nextRetryDelay: 3000 });
  });

  it("for the last time that its policy allows has the error as its result", async () => {
    const test = new TestFutures();
    const retryPolicy = { initialDelayMs: 10, maxAttempts: 1 };
    const broken = new Error("broken");
    observe(test.run(() => Promise.reject(broken), { retryPolicy }));
    await settled();
    expect(test.warnings).toEqual([
      ['ctx.run "step" failed, and its retries are used up.', broken],
    ]);
    expect(test.last).toMatchObject({
      type: "ProposeRunCompletion",
      result: { kind: "failure", failure: { message: "broken" } },
    });
  });

  it("because its result cannot be serialized fails the attempt", async () => {
    const test = new TestFutures();
    observe(
      test.run(() => 1, {
        serialize: () => {
          throw new TypeError("circular");
        },
      }),
    );
    await settled();
    expect(test.aborts).toMatchObject([
      { cause: new TypeError("circular"), command: { name: "step" } },
    ]);
  });
});

describe("the signal of a closure", () => {
  const untilAborted =
    (seen: unknown[]) =>
    ({ signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          seen.push(signal.reason);
          reject(new Error("gave way"));
        });
      });

  it("is aborted by a cancellation, which is no failure of the closure", async () => {
    const test = new TestFutures();
    const seen: unknown[] = [];
    const { events } = observe(test.run(untilAborted(seen)));
    await settled();
    test.feed(cancelSignal);
    await settled();
    expect(seen).toEqual([expect.any(CancelledError)]);
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(test.machine.isClosed).toBe(false);
  });

  it("is aborted when the attempt ends", async () => {
    const test = new TestFutures();
    const seen: unknown[] = [];
    observe(test.run(untilAborted(seen)));
    await settled();
    test.abort();
    expect(seen).toHaveLength(1);
  });

  it("is a new one when the closure runs again, because somebody awaits it after all", async () => {
    const test = new TestFutures();
    let executions = 0;
    const run = test.run(({ signal }) => {
      executions++;
      return executions === 1 ? untilAborted([])({ signal }) : `aborted: ${String(signal.aborted)}`;
    });
    observe(run);
    await settled();
    test.feed(cancelSignal);
    await settled();
    expect(executions).toBe(1);
    observe(run);
    await settled();
    expect(test.last).toMatchObject(proposal(1, "aborted: false"));
  });

  it("does not keep a closure that finishes all the same from having its result", async () => {
    const test = new TestFutures();
    let end: ((result: string) => void) | undefined;
    const run = test.run(() => new Promise((resolve) => (end = resolve)));
    observe(run);
    await settled();
    test.feed(cancelSignal);
    await settled();
    end?.("done");
    await settled();
    expect(test.last as Message).toMatchObject(proposal(1, "done"));
    test.feed(completion(1, value("done")));
    expect(await run).toBe("done");
  });
});
