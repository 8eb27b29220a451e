import { describe, expect, it } from "vitest";
import { CancelledError } from "../errors/terminal-error.js";
import { cancelSignal, completion, invocationId, value } from "../machine/messages.fixture.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";

const cancelled = (test: TestFutures) =>
  test.sent.flatMap((message) =>
    message.type === "SendSignalCommand" ? message.targetInvocationId : [],
  );

describe("a cancellation", () => {
  it("cancels the calls made so far, in their order, before user code goes on", async () => {
    const test = new TestFutures();
    const [first, second] = [test.call(), test.call()];
    const { events } = observe(first.result);
    observe(second.result);
    test.feed(completion(3, invocationId("inv_b")), completion(1, invocationId("inv_a")));
    test.feed(cancelSignal);
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(cancelled(test)).toEqual(["inv_a", "inv_b"]);
  });

  it("waits for the ids of the calls, which may lie behind it in the queue", async () => {
    const test = new TestFutures();
    const [first, second] = [test.call(), test.call()];
    const { events } = observe(first.result);
    observe(second.result);
    test.feed(cancelSignal, completion(1, invocationId("inv_a")));
    await settled();
    expect(events).toEqual([]);
    test.feed(completion(3, invocationId("inv_b")));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(cancelled(test)).toEqual(["inv_a", "inv_b"]);
  });

  it("names the missing ids, and only them, in a suspension", async () => {
    const test = new TestFutures();
    const calls = [test.call(), test.call()];
    for (const { result } of calls) observe(result);
    test.feed(cancelSignal, completion(1, invocationId("inv_a")));
    await settled();
    test.closeInput();
    await settled();
    expect(test.last).toMatchObject({
      type: "Suspension",
      awaitingOn: { completions: [3], signals: [] },
    });
  });

  it("leaves alone what an earlier one has cancelled", async () => {
    const test = new TestFutures();
    observe(test.call().result);
    test.feed(completion(1, invocationId("inv_a")), cancelSignal);
    await settled();
    observe(test.call().result);
    test.feed(completion(3, invocationId("inv_b")), cancelSignal);
    await settled();
    expect(cancelled(test)).toEqual(["inv_a", "inv_b"]);
  });

  it("cancels calls that are completed, too, as every SDK does", async () => {
    const test = new TestFutures();
    const { result } = test.call();
    test.feed(completion(1, invocationId("inv_a")), completion(2, value("done")));
    expect(await result).toBe("done");
    observe(test.sleep());
    test.feed(cancelSignal);
    await settled();
    expect(cancelled(test)).toEqual(["inv_a"]);
  });
});
