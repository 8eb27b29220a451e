import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, vi } from "vitest";
import { CancelledError, TerminalError } from "../errors/terminal-error.js";
import { cancelSignal, completion, failure, signal, value } from "../machine/messages.fixture.js";
import type { Future } from "./future.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

describe("a mapper", () => {
  it("gets the value", async () => {
    const test = new TestFutures();
    const mapped = test.sleep().map((one, failed) => [one, failed]);
    test.feed(completion(1, value(1)));
    expect(await mapped).toEqual([1, undefined]);
  });

  it("gets the failure", async () => {
    const test = new TestFutures();
    const mapped = test.sleep().map((one, failed) => [one, failed?.code, failed?.message]);
    test.feed(completion(1, failure(418, "teapot")));
    expect(await mapped).toEqual([undefined, 418, "teapot"]);
  });

  it("does not get what any rejects with, which passes by", async () => {
    const test = new TestFutures();
    const mapper = vi.fn();
    const mapped = RestatePromise.any([test.sleep()]).map(mapper);
    test.feed(completion(1, failure(500, "no")));
    await expect(mapped).rejects.toBeInstanceOf(AggregateError);
    expect(mapper).not.toHaveBeenCalled();
  });

  it("rejects the promise with the TerminalError it throws", async () => {
    const test = new TestFutures();
    const mapped = test.sleep().map(() => {
      throw new TerminalError("too late", { errorCode: 410 });
    });
    test.feed(completion(1, value(1)));
    await expect(mapped).rejects.toMatchObject({ code: 410 });
    expect(test.aborts).toEqual([]);
  });

  it("fails the attempt with any other error, which user code does not see", async () => {
    const test = new TestFutures();
    const { events } = observe(
      test.sleep().map(() => {
        throw new TypeError("typo");
      }),
    );
    test.feed(completion(1, value(1)));
    await settled();
    expect(events).toEqual([]);
    expect(test.aborts).toEqual([new TypeError("typo")]);
  });

  it("may return a promise, whose result is then the result", async () => {
    const test = new TestFutures();
    const mapped = test.sleep().map(async (one) => {
      await test.sleep();
      return one;
    });
    test.feed(completion(1, value("mapped")), completion(2, value(2)));
    expect(await mapped).toBe("mapped");
  });

  it("fails the attempt if its promise rejects with an error that is not terminal", async () => {
    const test = new TestFutures();
    observe(test.sleep().map(() => Promise.reject(new Error("later"))));
    test.feed(completion(1, value(1)));
    await settled();
    expect(test.aborts).toEqual([new Error("later")]);
  });
});

describe("a mapper runs", () => {
  it("once, however often the promise is awaited", async () => {
    const test = new TestFutures();
    const mapper = vi.fn(() => "mapped");
    const mapped = test.sleep().map(mapper);
    test.feed(completion(1, value(1)));
    expect([await mapped, await mapped, await RestatePromise.all([mapped])]).toEqual([
      "mapped",
      "mapped",
      ["mapped"],
    ]);
    expect(mapper).toHaveBeenCalledTimes(1);
  });

  it("not if nobody awaits the promise", async () => {
    const test = new TestFutures();
    const mapper = vi.fn();
    const mapped = RestatePromise.all([test.sleep().map(mapper)]);
    test.feed(completion(1, value(1)));
    await settled();
    expect(mapper).not.toHaveBeenCalled();
    await mapped;
    expect(mapper).toHaveBeenCalledTimes(1);
  });

  it("not for the loser of a race, before somebody awaits that again", async () => {
    const test = new TestFutures();
    const mapper = vi.fn(() => "mapped");
    const loser = test.sleep().map(mapper);
    const race = RestatePromise.race([loser, test.sleep()]);
    const { events } = observe(race);
    test.feed(completion(2, value("won")), completion(1, value(1)));
    await settled();
    expect(events).toEqual(["won"]);
    expect(mapper).not.toHaveBeenCalled();
    expect(await loser).toBe("mapped");
  });

  it("not while the delivery settles promises, but in a microtask of its own", async () => {
    const test = new TestFutures();
    const events: string[] = [];
    void test
      .sleep()
      .map(() => events.push("mapper"))
      .then(() => events.push("mapped"));
    await settled();
    test.feed(completion(1, value(1)));
    events.push("fed");
    await settled();
    expect(events).toEqual(["fed", "mapper", "mapped"]);
  });

  it("in the asynchronous context of the code that awaits or combines the promise", async () => {
    const test = new TestFutures();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    observe(
      storage.run("mine", () =>
        RestatePromise.all([test.sleep().map(() => seen.push(storage.getStore()))]),
      ),
    );
    storage.run("mine", () => observe(test.sleep().map(() => seen.push(storage.getStore()))));
    await settled();
    test.feed(completion(1, value(1)), completion(2, value(2)));
    await settled();
    expect(seen).toEqual(["mine", "mine"]);
  });
});

describe("a mapped promise", () => {
  it("can be mapped again", async () => {
    const test = new TestFutures();
    const mapped = test
      .sleep()
      .map((one) => Number(one) + 1)
      .map((two) => Number(two) + 1);
    test.feed(completion(1, value(1)));
    expect(await mapped).toBe(3);
  });

  it("of a given value is mapped when it is awaited", async () => {
    const mapper = vi.fn((one?: number) => one);
    const mapped = RestatePromise.resolve(1).map(mapper);
    expect(mapper).not.toHaveBeenCalled();
    expect(await mapped).toBe(1);
  });

  it("of a given value rejects with whatever the mapper throws", async () => {
    const mapped = RestatePromise.resolve(1).map(() => {
      throw new Error("typo");
    });
    await expect(mapped).rejects.toThrow("typo");
  });

  it("takes signals that its source is waiting for, after a cancellation, too", async () => {
    const test = new TestFutures();
    const mapped = test.signal("x").map((one) => [one]);
    const { events } = observe(mapped);
    test.feed(cancelSignal, signal("x", value("kept")));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(await mapped).toEqual(["kept"]);
  });

  it("waits for what its source waits for, but the server cannot tell what becomes of it", () => {
    const test = new TestFutures();
    const mapped = asFuture(test.sleep().map(() => 1));
    expect(mapped.awaitTree()).toEqual({ kind: "mapped", source: { kind: "completion", id: 1 } });
  });

  it("waits for nothing of the server's once its mapper runs", async () => {
    const test = new TestFutures();
    const mapped = asFuture(test.sleep().map(() => new Promise(() => {})));
    observe(mapped);
    test.feed(completion(1, value(1)));
    await settled();
    expect([mapped.outcome, mapped.awaitTree()]).toEqual([undefined, undefined]);
  });
});

function asFuture(promise: unknown): Future<unknown> {
  return promise as Future<unknown>;
}
