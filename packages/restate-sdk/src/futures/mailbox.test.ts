import { describe, expect, it } from "vitest";
import { CancelledError } from "../errors/terminal-error.js";
import { cancelSignal, completion, failure, signal, value } from "../machine/messages.fixture.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

describe("a signal", () => {
  it("goes to whoever has waited longest", async () => {
    const test = new TestFutures();
    const [first, second] = [observe(test.signal()), observe(test.signal())];
    test.feed(signal("x", value(1)));
    await settled();
    expect([first.events, second.events]).toEqual([[1], []]);
    test.feed(signal("x", value(2)));
    await settled();
    expect([first.events, second.events]).toEqual([[1], [2]]);
  });

  it("does not go to a promise that nobody awaits", async () => {
    const test = new TestFutures();
    const unawaited = test.signal();
    const { events } = observe(test.signal());
    test.feed(signal("x", value(1)));
    await settled();
    expect(events).toEqual([1]);
    expect(unawaited.isCompleted).toBe(false);
  });

  it("does not go to the loser of a race", async () => {
    const test = new TestFutures();
    const { events } = observe(RestatePromise.race([test.signal(), test.sleep()]));
    test.feed(completion(1, value("timer")), signal("x", value(1)));
    await settled();
    expect(events).toEqual(["timer"]);
    expect(await test.signal()).toBe(1);
  });

  it("does not go to what a cancellation has rejected", async () => {
    const test = new TestFutures();
    const { events } = observe(test.signal());
    test.feed(cancelSignal, signal("x", value(1)));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(await test.signal()).toBe(1);
  });

  it("is kept if nobody waits, and taken in order of arrival", async () => {
    const test = new TestFutures();
    test.feed(signal("x", value(1)), signal("x", value(2)), signal("x", value(3)));
    await settled();
    const late = test.signal();
    expect([await test.signal(), await test.signal(), await late]).toEqual([1, 2, 3]);
  });

  it("goes by its name", async () => {
    const test = new TestFutures();
    const [x, y] = [observe(test.signal("x")), observe(test.signal("y"))];
    test.feed(signal("y", value(1)));
    await settled();
    expect([x.events, y.events]).toEqual([[], [1]]);
  });

  it("may be a failure, and may carry nothing", async () => {
    const test = new TestFutures();
    test.feed(signal("x", failure(418, "teapot")), signal("x", { kind: "void" }));
    await settled();
    await expect(test.signal()).rejects.toMatchObject({ code: 418, message: "teapot" });
    expect(await test.signal()).toBeUndefined();
  });

  it("gives one future one signal", async () => {
    const test = new TestFutures();
    const future = test.signal();
    test.feed(signal("x", value(1)), signal("x", value(2)));
    expect([await future, await future, await test.signal()]).toEqual([1, 1, 2]);
  });
});
