import { describe, expect, it } from "vitest";
import { CancelledError } from "../errors/terminal-error.js";
import { cancelSignal, completion, failure, signal, value } from "../machine/messages.fixture.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

describe("asCompleted", () => {
  it("yields in the order of completion, with positions as tags", async () => {
    const test = new TestFutures();
    const items = collect(RestatePromise.asCompleted([test.sleep(), test.sleep(), test.sleep()]));
    for (const id of [2, 3, 1]) test.feed(completion(id, value(id)));
    expect(await items).toEqual([
      { tag: 1, status: "fulfilled", value: 2 },
      { tag: 2, status: "fulfilled", value: 3 },
      { tag: 0, status: "fulfilled", value: 1 },
    ]);
  });

  it("yields what was completed before by position", async () => {
    const test = new TestFutures();
    const futures = [test.sleep(), test.sleep(), test.sleep()];
    test.feed(completion(3, value(3)), completion(1, value(1)), completion(2, value(2)));
    await settled();
    const items = await collect(RestatePromise.asCompleted(futures));
    expect(items.map(({ tag }) => tag)).toEqual([0, 1, 2]);
  });

  it("yields failures like values", async () => {
    const test = new TestFutures();
    const items = collect(RestatePromise.asCompleted([test.sleep(), test.sleep()]));
    test.feed(completion(1, failure(418, "teapot")), completion(2, value(2)));
    expect(await items).toMatchObject([
      { tag: 0, status: "rejected", reason: { code: 418 } },
      { tag: 1, status: "fulfilled", value: 2 },
    ]);
  });

  it("takes an object and tags with its keys", async () => {
    const test = new TestFutures();
    const items = collect(RestatePromise.asCompleted({ a: test.sleep(), b: test.sleep() }));
    test.feed(completion(2, value(2)), completion(1, value(1)));
    expect((await items).map(({ tag }) => tag)).toEqual(["b", "a"]);
  });

  it("takes any iterable", async () => {
    const test = new TestFutures();
    const items = collect(RestatePromise.asCompleted(new Set([test.sleep()])));
    test.feed(completion(1, value(1)));
    expect(await items).toHaveLength(1);
  });

  it("ends at once without promises", async () => {
    expect(await collect(RestatePromise.asCompleted([]))).toEqual([]);
  });

  it("abandons nothing when the loop is left", async () => {
    const test = new TestFutures();
    const futures = [test.sleep(), test.sleep()];
    test.feed(completion(1, value(1)));
    for await (const _ of RestatePromise.asCompleted(futures)) break;
    test.feed(completion(2, value(2)));
    expect(await futures[1]).toBe(2);
    expect(futures.map((future) => future.isAwaited)).toEqual([false, false]);
  });

  it("answers several calls of next in their order", async () => {
    const test = new TestFutures();
    const stream = RestatePromise.asCompleted([test.sleep(), test.sleep()])[Symbol.asyncIterator]();
    const all = Promise.all([stream.next(), stream.next(), stream.next()]);
    test.feed(completion(2, value(2)), completion(1, value(1)));
    const [first, second, third] = await all;
    expect([first.done, second.done, third.done]).toEqual([false, false, true]);
    expect([first.value, second.value]).toMatchObject([{ tag: 1 }, { tag: 0 }]);
  });

  it("throws when the invocation is cancelled, and loses nothing by that", async () => {
    const test = new TestFutures();
    const futures = [test.sleep(), test.sleep()];
    const stream = RestatePromise.asCompleted(futures)[Symbol.asyncIterator]();
    const { events } = observe(stream.next());
    test.feed(cancelSignal, completion(2, value(2)), completion(1, value(1)));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect([await stream.next(), await stream.next(), await stream.next()]).toMatchObject([
      { value: { tag: 0 } },
      { value: { tag: 1 } },
      { done: true },
    ]);
  });

  it("takes a signal that arrived while the loop was doing something else", async () => {
    const test = new TestFutures();
    const tags: unknown[] = [];
    const loop = (async () => {
      for await (const { tag } of RestatePromise.asCompleted([test.signal("x"), test.sleep()])) {
        tags.push(tag);
        await test.sleep();
      }
    })();
    test.feed(completion(1, value(1)), signal("x", value("kept")), completion(2, value(2)));
    await settled();
    expect(tags).toEqual([1, 0]);
    test.feed(completion(3, value(3)));
    await loop;
  });

  it("waits for the first of what is left", async () => {
    const test = new TestFutures({ version: 7 });
    observe(collect(RestatePromise.asCompleted([test.sleep(), test.sleep(), test.sleep()])));
    test.feed(completion(2, value(2)));
    await settled();
    test.closeInput();
    await settled();
    expect(test.last).toMatchObject({
      type: "Suspension",
      awaitingOn: {
        combinator: "firstCompleted",
        signals: [1],
        nested: [{ combinator: "firstCompleted", completions: [1, 3] }],
      },
    });
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
