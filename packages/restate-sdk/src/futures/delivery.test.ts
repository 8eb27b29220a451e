import { describe, expect, it } from "vitest";
import { CancelledError } from "../errors/terminal-error.js";
import { cancelSignal, completion, nothing, signal, value } from "../machine/messages.fixture.js";
import type { Message } from "../protocol/messages.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

const sleepCommand = (id: number): Message => ({
  type: "SleepCommand",
  wakeUpTime: 0,
  resultCompletionId: id,
  name: "",
});

async function hops(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

describe("one notification is delivered at a time:", () => {
  const program = async (test: TestFutures, events: string[]) => {
    const branch = async (name: string, length: number) => {
      await test.sleep();
      for (let i = 0; i < length; i++) {
        events.push(`${name}${String(i)}`);
        await hops(3);
      }
    };
    await Promise.all([branch("a", 4), branch("b", 2)]);
  };
  const expected = ["a0", "a1", "a2", "a3", "b0", "b1"];

  it("the next one after everything that it set off has run, live", async () => {
    const test = new TestFutures();
    const events: string[] = [];
    const over = program(test, events);
    await settled();
    test.feed(completion(1, nothing), completion(2, nothing));
    await over;
    expect(events).toEqual(expected);
  });

  it("the same in data events of one turn, and of one microtask queue", async () => {
    const test = new TestFutures();
    const events: string[] = [];
    const over = program(test, events);
    await settled();
    test.feed(completion(1, nothing));
    await hops(2);
    test.feed(completion(2, nothing));
    await over;
    expect(events).toEqual(expected);
  });

  it("the same on replay", async () => {
    const test = new TestFutures({
      journal: [sleepCommand(1), sleepCommand(2), completion(1, nothing), completion(2, nothing)],
    });
    const events: string[] = [];
    await program(test, events);
    expect(events).toEqual(expected);
  });
});

describe("what is known, but not delivered,", () => {
  it("resolves nothing that is awaited", async () => {
    const test = new TestFutures({
      journal: [sleepCommand(1), sleepCommand(2), completion(1, nothing), completion(2, nothing)],
    });
    const events: string[] = [];
    const [first, second] = [test.sleep(), test.sleep()];
    const over = Promise.all([
      (async () => {
        await second;
        events.push("second");
      })(),
      (async () => {
        await first;
        await hops(20);
        events.push("first, and all that follows");
      })(),
    ]);
    await over;
    expect(events).toEqual(["first, and all that follows", "second"]);
  });

  it("is not looked at before the handler has come to rest", async () => {
    const test = new TestFutures();
    const events: string[] = [];
    observe(test.sleep().then(() => events.push("slept")));
    test.feed(completion(1, nothing));
    await hops(50);
    events.push("rest");
    await settled();
    expect(events).toEqual(["rest", "slept"]);
  });
});

describe("at rest,", () => {
  it("a notification is delivered in the data event itself", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    await settled();
    test.feed(completion(1, value("slept")));
    await hops(5);
    expect(events).toEqual(["slept"]);
  });

  it("notifications that nobody awaits are passed over at once", async () => {
    const test = new TestFutures();
    const unawaited = [test.sleep(), test.sleep()];
    const { events } = observe(test.sleep());
    await settled();
    test.feed(completion(1, value(1)), completion(2, value(2)), completion(3, value(3)));
    await hops(5);
    expect(events).toEqual([3]);
    expect(unawaited.map(({ result }) => result)).toEqual([value(1), value(2)]);
  });

  it("all that waits for one notification sees it in one delivery", async () => {
    const test = new TestFutures();
    const sleep = test.sleep();
    const seen = [
      observe(sleep),
      observe(RestatePromise.race([sleep, test.sleep()])),
      observe(RestatePromise.all([sleep])),
    ];
    await settled();
    test.feed(completion(1, value(1)));
    await hops(10);
    expect(seen.map(({ events }) => events)).toEqual([[1], [1], [[1]]]);
  });
});

describe("the transport", () => {
  it("may push back: nothing is delivered until there is room", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    await settled();
    test.delivery.pause();
    test.feed(completion(1, value(1)));
    await settled();
    expect(events).toEqual([]);
    test.delivery.resume();
    await settled();
    expect(events).toEqual([1]);
  });

  it("gets in one piece what user code did until it came to rest", async () => {
    const test = new TestFutures();
    observe(test.sleep());
    await hops(5);
    observe(test.sleep());
    await settled();
    expect(test.writes).toEqual([2]);
  });
});

describe("a cancellation", () => {
  it("keeps its place behind what came before it", async () => {
    const test = new TestFutures();
    const events: unknown[] = [];
    const over = (async () => {
      events.push(await test.sleep());
      try {
        await test.sleep();
      } catch (error) {
        events.push(error);
      }
    })();
    test.feed(completion(1, value("first")), cancelSignal, completion(2, value("too late")));
    await over;
    expect(events).toEqual(["first", expect.any(CancelledError)]);
  });

  it("rejects all that is awaited, in the order in which it began to be", async () => {
    const test = new TestFutures();
    const order: number[] = [];
    const futures = [test.sleep(), test.sleep(), test.sleep()];
    for (const index of [2, 0, 1]) futures[index]?.catch(() => order.push(index));
    test.feed(cancelSignal);
    await settled();
    expect(order).toEqual([2, 0, 1]);
  });

  it("is delivered as often as it arrives", async () => {
    const test = new TestFutures();
    let count = 0;
    const over = (async () => {
      while (count < 3) {
        try {
          await test.sleep();
        } catch {
          count++;
        }
      }
    })();
    test.feed(cancelSignal, cancelSignal, cancelSignal);
    await over;
    expect(count).toBe(3);
  });

  it("is a signal like any other with explicit cancellation", async () => {
    const test = new TestFutures({ explicitCancellation: true });
    const { events } = observe(test.sleep());
    test.feed(cancelSignal, completion(1, value(1)));
    await settled();
    expect(events).toEqual([1]);
  });
});

describe("the attempt suspends", () => {
  it("on every leaf, and on the cancel signal", async () => {
    const test = new TestFutures();
    observe(
      RestatePromise.all([test.sleep(), RestatePromise.race([test.sleep(), test.awakeable()])]),
    );
    observe(test.signal("x"));
    test.closeInput();
    await settled();
    expect(test.last).toMatchObject({
      type: "Suspension",
      awaitingOn: { completions: [1, 2], signals: [17, 1], namedSignals: ["x"] },
    });
  });

  it("not while there is something to deliver", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    test.feed(completion(1, value(1)));
    test.closeInput();
    await settled();
    expect(events).toEqual([1]);
    expect(test.machine.isClosed).toBe(false);
  });

  it("not on promises from elsewhere alone", async () => {
    const test = new TestFutures();
    observe(new Promise(() => {}));
    test.closeInput();
    await settled();
    expect(test.machine.isClosed).toBe(false);
  });

  it("and leaves user code where it is", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    test.closeInput();
    await settled();
    test.feed(completion(1, value(1)));
    await settled();
    expect(events).toEqual([]);
  });
});

describe("while the attempt ends, because its handler has returned,", () => {
  it("nothing is delivered to what it left behind", async () => {
    const test = new TestFutures();
    const { events } = observe(test.sleep());
    await settled();
    test.delivery.end();
    test.feed(completion(1, value(1)));
    await settled();
    expect(events).toEqual([]);
  });

  it("its commands are dropped, but not the output", async () => {
    const test = new TestFutures();
    test.sleep();
    test.delivery.end();
    test.sleep();
    test.machine.end({ kind: "value", value: new Uint8Array(0) });
    expect(test.sent.map(({ type }) => type)).toEqual(["SleepCommand", "OutputCommand", "End"]);
  });

  it("the attempt does not suspend on what it left behind", async () => {
    const test = new TestFutures();
    observe(test.sleep());
    test.delivery.end();
    test.closeInput();
    await settled();
    expect(test.sent.map(({ type }) => type)).toEqual(["SleepCommand"]);
  });

  it("a mistake in what it left behind does not fail the attempt", async () => {
    const test = new TestFutures();
    const sleep = test.sleep();
    test.feed(completion(1, value(1)));
    await settled();
    test.delivery.end();
    observe(
      sleep.map(() => {
        throw new TypeError("typo");
      }),
    );
    await settled();
    expect(test.aborts).toEqual([]);
  });
});

describe("a mistake of the SDK's own", () => {
  it("ends the attempt, and not the process", async () => {
    const test = new TestFutures({ version: 7 });
    const future = test.sleep();
    const mistake = new RangeError("stack overflow");
    future.awaitTree = () => {
      throw mistake;
    };
    const { events } = observe(future);
    await settled();
    expect([test.aborts, events]).toEqual([[mistake], []]);
  });
});

describe("after the attempt's end", () => {
  it("awaits stay pending, of settled promises as well", async () => {
    const test = new TestFutures();
    const future = test.sleep();
    test.feed(completion(1, value(1)));
    await settled();
    test.abort();
    const { events } = observe(future);
    await settled();
    expect(events).toEqual([]);
  });

  it("values that were being decoded are not shown", async () => {
    let decode: (() => void) | undefined;
    const test = new TestFutures({
      decodeBytes: (bytes) => new Promise((resolve) => (decode = () => resolve(bytes))),
    });
    const { events } = observe(test.sleep());
    test.feed(completion(1, value(1)));
    await settled();
    test.abort();
    decode?.();
    await settled();
    expect(events).toEqual([]);
  });
});

describe("with an asynchronous codec", () => {
  /** Two branches, one of which awaits a settled promise that has to be decoded. */
  async function program(test: TestFutures): Promise<string[]> {
    const events: string[] = [];
    const future = test.sleep();
    await test.signal("go");
    await Promise.all([
      (async () => {
        await future;
        events.push("decoded");
      })(),
      (async () => {
        await hops(30);
        events.push("thirty microtasks");
      })(),
    ]);
    return events;
  }

  it.each([0, 3, 100])("the time it takes does not show: %i microtasks", async (count) => {
    const test = new TestFutures({
      decodeBytes: async (bytes) => {
        await hops(count);
        return bytes;
      },
    });
    const over = program(test);
    test.feed(completion(1, value(1)), signal("go", value(1)));
    expect(await over).toEqual(["thirty microtasks", "decoded"]);
  });

  it("a suspension does not name what has come and is being decoded", async () => {
    const test = new TestFutures({
      version: 7,
      decodeBytes: () => new Promise(() => {}),
    });
    observe(RestatePromise.all([test.sleep(), test.sleep()]));
    test.feed(completion(1, value(1)));
    test.closeInput();
    await settled();
    expect(test.last).toMatchObject({ awaitingOn: { nested: [{ completions: [2] }] } });
  });

  it("what is asked for together is decoded together", async () => {
    let decoding = 0;
    let most = 0;
    const test = new TestFutures({
      decodeBytes: async (bytes) => {
        most = Math.max(most, ++decoding);
        await new Promise((resolve) => setImmediate(resolve));
        decoding--;
        return bytes;
      },
    });
    const futures = [1, 2, 3, 4].map(() => test.sleep());
    test.feed(...[1, 2, 3, 4].map((id) => completion(id, value(id))));
    await settled();
    expect(await Promise.all(futures)).toEqual([1, 2, 3, 4]);
    expect(most).toBe(4);
  });
});

describe("a signal for an awakeable that is created later", () => {
  it("waits for it", async () => {
    const test = new TestFutures();
    test.feed(signal(17, value("early")));
    await settled();
    expect(await test.awakeable()).toBe("early");
  });
});

describe("a completion that comes before its command is issued again", () => {
  it("waits for it", async () => {
    const test = new TestFutures();
    test.feed(completion(1, value("early")));
    await settled();
    expect(await test.sleep()).toBe("early");
  });
});
