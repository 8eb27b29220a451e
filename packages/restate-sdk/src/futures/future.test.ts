import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CancelledError, TerminalError } from "../errors/terminal-error.js";
import { cancelSignal, completion, failure, value } from "../machine/messages.fixture.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { isRestatePromise, RestatePromise } from "./restate-promise.js";

describe("a future", () => {
  it("is a promise of its result", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    test.feed(completion(1, value("slept")));
    expect(await future).toBe("slept");
    expect(Object.prototype.toString.call(future)).toBe("[object RestatePromise]");
    expect(isRestatePromise(future)).toBe(true);
  });

  it("rejects with a TerminalError that has what the server told", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    test.feed(completion(1, failure(418, "teapot", [{ key: "color", value: "blue" }])));
    await expect(future).rejects.toMatchObject({
      code: 418,
      message: "teapot",
      metadata: { color: "blue" },
    });
    await expect(future).rejects.toBeInstanceOf(TerminalError);
  });

  it("may be awaited any number of times, before and after", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    const early = Promise.all([future, future.then((one) => [one]), future.finally(() => {})]);
    test.feed(completion(1, value(1)));
    expect(await early).toEqual([1, [1], 1]);
    expect([await future, await future]).toEqual([1, 1]);
  });

  it("decodes its value once, and not before it is asked for", async () => {
    let decoded = 0;
    const test = new TestFutures({
      decodeBytes: (bytes) => {
        decoded++;
        return Promise.resolve(bytes);
      },
    });
    const future = test.sleep();
    test.feed(completion(1, value(1)));
    await settled();
    expect(decoded).toBe(0);
    expect([await future, await future, await RestatePromise.all([future])]).toEqual([1, 1, [1]]);
    expect(decoded).toBe(1);
  });

  it("fails the attempt when its value cannot be decoded, which user code does not see", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    test.feed(completion(1, { kind: "value", value: new Uint8Array([123]) }));
    await settled();
    expect(events).toEqual([]);
    expect(test.aborts).toHaveLength(1);
  });

  it("calls back natively: catch and finally as well", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    const calls: unknown[] = [];
    const both = Promise.allSettled([
      future.catch((error: unknown) => calls.push(error)),
      future.finally(() => calls.push("finally")),
    ]);
    test.feed(completion(1, failure(500, "no")));
    expect(await both).toMatchObject([{ status: "fulfilled" }, { status: "rejected" }]);
    expect(calls).toEqual([expect.objectContaining({ message: "no" }), "finally"]);
  });
});

describe("a rejection that nobody handles", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  let listeners: NodeJS.UnhandledRejectionListener[] = [];

  beforeEach(() => {
    listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", note);
    unhandled.length = 0;
  });
  afterEach(() => {
    process.off("unhandledRejection", note);
    for (const listener of listeners) process.on("unhandledRejection", listener);
  });

  it("is no unhandled rejection if it is the future's", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    void future.then(() => {});
    void future.finally(() => {});
    void RestatePromise.all([future]).then(() => {});
    void future
      .map((_value, error) => {
        if (error !== undefined) throw error;
      })
      .then(() => {});
    test.feed(completion(1, failure(500, "no")));
    await settled();
    expect(unhandled).toEqual([]);
  });

  it("is none when a cancellation rejected it", async () => {
    const test = new TestFutures();
    void test.sleep().then(() => {});
    test.feed(cancelSignal);
    await settled();
    expect(unhandled).toEqual([]);
  });

  it("is one if it is the user's own", async () => {
    const test = new TestFutures();
    const own = new Error("typo");
    void test.sleep().then(() => {
      throw own;
    });
    test.feed(completion(1, value(1)));
    await settled();
    expect(unhandled).toEqual([own]);
  });

  it("is none when an asynchronous codec cannot decode the value", async () => {
    const test = new TestFutures({ decodeBytes: () => Promise.reject(new Error("wrong key")) });
    const future = test.sleep();
    test.feed(completion(1, value(1)));
    await settled();
    void future.then(() => {});
    await settled();
    expect(unhandled).toEqual([]);
    expect(test.aborts).toHaveLength(1);
  });

  it("is none when the attempt ended in the meantime", async () => {
    const test = new TestFutures({ decodeBytes: () => Promise.reject(new Error("wrong key")) });
    const { events } = observe(test.sleep());
    test.feed(completion(1, value(1)));
    test.abort();
    await settled();
    expect([events, unhandled]).toEqual([[], []]);
  });
});

describe("a cancelled wait", () => {
  it("leaves the future pending, to be awaited again", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    const { events } = observe(future);
    test.feed(cancelSignal);
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect([future.outcome, future.isAwaited]).toEqual([undefined, false]);
    test.feed(completion(1, value("after all")));
    expect(await future).toBe("after all");
  });
});
