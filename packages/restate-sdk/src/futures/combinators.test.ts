import { describe, expect, it, test } from "vitest";
import { CancelledError, TerminalError, TimeoutError } from "../errors/terminal-error.js";
import {
  cancelSignal,
  completion,
  failure,
  nothing,
  signal,
  value,
} from "../machine/messages.fixture.js";
import { ConstantFuture } from "./constant.js";
import type { Future } from "./future.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { RestatePromise } from "./restate-promise.js";

type Combine = (promises: readonly Promise<unknown>[]) => Promise<unknown>;
type Op = "all" | "race" | "any" | "allSettled";
const OPS: readonly Op[] = ["all", "race", "any", "allSettled"];

const combine = (op: Op): Combine => RestatePromise[op] as Combine;
const combineNatively = (op: Op): Combine => (Promise[op] as Combine).bind(Promise);

/** Which of three children settle, in which order, and whether they fail. */
const ARRIVALS: readonly (readonly (readonly [child: number, ok: boolean])[])[] = [
  [],
  [[0, true]],
  [[1, false]],
  [
    [2, true],
    [0, true],
  ],
  [
    [2, false],
    [0, true],
  ],
  [
    [1, false],
    [0, false],
  ],
  [
    [0, true],
    [1, true],
    [2, true],
  ],
  [
    [2, true],
    [1, true],
    [0, true],
  ],
  [
    [2, false],
    [1, false],
    [0, false],
  ],
  [
    [1, false],
    [0, true],
    [2, false],
  ],
  [
    [0, true],
    [2, true],
    [1, false],
  ],
];

describe("a combinator agrees with the native one", () => {
  for (const op of OPS) {
    for (const arrivals of ARRIVALS) {
      const name = `${op} after ${JSON.stringify(arrivals)}`;
      it(`as completions arrive: ${name}`, async () => {
        expect(await arriving(op, arrivals)).toEqual(await natively(op, arrivals));
      });

      it(`by position, when they have arrived before: ${name}`, async () => {
        const byPosition = [...arrivals].sort(([a], [b]) => a - b);
        expect(await arrived(op, arrivals)).toEqual(await natively(op, byPosition));
      });
    }
  }

  test.each(OPS)("without any child: %s", async (op) => {
    const outcomes = observe(combine(op)([])).events;
    const native = observe(combineNatively(op)([])).events;
    await settled();
    expect(describeAll(outcomes)).toEqual(describeAll(native));
  });

  test.each(OPS)("with the same child twice: %s", async (op) => {
    const test = new TestFutures();
    const child = test.sleep();
    const { events } = observe(combine(op)([child, child]));
    test.feed(completion(1, value("a")));
    await settled();
    const given = Promise.resolve("a");
    const native = observe(combineNatively(op)([given, given])).events;
    await settled();
    expect(describeAll(events)).toEqual(describeAll(native));
  });
});

async function arriving(op: Op, arrivals: (typeof ARRIVALS)[number]): Promise<unknown> {
  const test = new TestFutures();
  const children = [test.sleep(), test.sleep(), test.sleep()];
  const { events } = observe(combine(op)(children));
  await settled();
  for (const arrival of arrivals) test.feed(toCompletion(arrival));
  await settled();
  return describeAll(events);
}

async function arrived(op: Op, arrivals: (typeof ARRIVALS)[number]): Promise<unknown> {
  const test = new TestFutures();
  const children = [test.sleep(), test.sleep(), test.sleep()];
  test.feed(...arrivals.map(toCompletion));
  await settled();
  const { events } = observe(combine(op)(children));
  await settled();
  return describeAll(events);
}

function toCompletion([child, ok]: readonly [number, boolean]) {
  return completion(child + 1, ok ? value(child) : failure(500, `no ${String(child)}`));
}

/** The same with native promises, settled one after the other. */
async function natively(op: Op, arrivals: (typeof ARRIVALS)[number]): Promise<unknown> {
  const settle: ((ok: boolean) => void)[] = [];
  const children = [0, 1, 2].map(
    (child) =>
      new Promise((resolve, reject) => {
        settle.push((ok) => {
          if (ok) resolve(child);
          else reject(new TerminalError(`no ${String(child)}`));
        });
      }),
  );
  const { events } = observe(combineNatively(op)(children));
  for (const child of children) child.catch(() => {});
  for (const [child, ok] of arrivals) {
    settle[child]?.(ok);
    await settled();
  }
  return describeAll(events);
}

function describeAll(values: readonly unknown[]): string {
  return JSON.stringify(values, (_key, each: unknown) => {
    if (each instanceof AggregateError) return { message: each.message, errors: each.errors };
    return each instanceof Error ? each.message : each;
  });
}

describe("among children that are ready when it is awaited", () => {
  it("a race goes by position, not by the journal", async () => {
    const test = new TestFutures();
    const [first, second] = [test.sleep(), test.sleep()];
    test.feed(completion(2, value("second")), completion(1, value("first")));
    await settled();
    expect(await RestatePromise.race([first, second])).toBe("first");
  });

  it("a failure counts in all by position, too", async () => {
    const test = new TestFutures();
    const [first, second] = [test.sleep(), test.sleep()];
    test.feed(completion(2, failure(500, "second")), completion(1, failure(500, "first")));
    await settled();
    await expect(RestatePromise.all([first, second])).rejects.toThrow("first");
  });

  it("what has been awaited before is first", async () => {
    const test = new TestFutures();
    const [first, second] = [test.sleep(), test.sleep()];
    test.feed(completion(1, value("first")), completion(2, value("second")));
    expect(await second).toBe("second");
    expect(await RestatePromise.race([first, second])).toBe("second");
  });

  it("what has been awaited first since the combinator was made is first", async () => {
    const test = new TestFutures();
    const [first, second] = [test.sleep(), test.sleep()];
    const race = RestatePromise.race([first, second]);
    test.feed(completion(1, value("first")), completion(2, value("second")));
    expect([await second, await first, await race]).toEqual(["second", "first", "second"]);
  });

  it("given values are first", async () => {
    const test = new TestFutures();
    const sleep = test.sleep();
    test.feed(completion(1, value("slept")));
    await settled();
    expect(await RestatePromise.race([sleep, RestatePromise.resolve("given")])).toBe("given");
  });

  /** From the fastest to the slowest. */
  const KINDS: Record<
    string,
    (leaves: Record<"timer" | "result" | "signal", Future<unknown>>) => unknown
  > = {
    "a timer": ({ timer }) => timer,
    "a result": ({ result }) => result,
    "a signal": ({ signal }) => signal,
    "a mapped result": ({ result }) => result.map((one) => [one]),
    "a combinator": ({ result }) => RestatePromise.all([result]),
    "a mapped combinator": ({ result }) => RestatePromise.all([result]).map((all) => all),
  };
  const kinds = Object.keys(KINDS);
  const pairs = kinds.slice(1).map((slower, index) => [kinds[index] ?? "", slower] as const);

  it.each(pairs)("%s is before %s, wherever it stands", async (faster, slower) => {
    const test = new TestFutures();
    const leaves = { timer: test.sleep(), result: test.sleep(), signal: test.awakeable() };
    test.feed(signal(17, value("signal")), completion(2, value("result")), completion(1, nothing));
    await settled();
    const runners = { slower: KINDS[slower]?.(leaves), faster: KINDS[faster]?.(leaves) };
    expect(await RestatePromise.select(runners as never)).toMatchObject({ tag: "faster" });
  });
});

describe("select", () => {
  it("tells which branch was first", async () => {
    const test = new TestFutures();
    const first = RestatePromise.select({ a: test.sleep(), b: test.sleep() });
    test.feed(completion(2, value("won")));
    expect(await first).toEqual({ tag: "b", value: "won" });
  });

  it("is rejected if that branch is", async () => {
    const test = new TestFutures();
    const first = RestatePromise.select({ a: test.sleep(), b: test.sleep() });
    test.feed(completion(1, failure(418, "teapot")));
    await expect(first).rejects.toMatchObject({ code: 418, message: "teapot" });
  });

  it("leaves the losers to be awaited later", async () => {
    const test = new TestFutures();
    const branches = { a: test.sleep(), b: test.sleep() };
    const first = RestatePromise.select(branches);
    test.feed(completion(1, value(1)), completion(2, value(2)));
    expect(await first).toEqual({ tag: "a", value: 1 });
    expect(await branches.b).toBe(2);
  });
});

describe("orTimeout", () => {
  it("is the result if that comes first", async () => {
    const test = new TestFutures();
    const result = test.awakeable().orTimeout(1);
    test.feed(signal(17, value("in time")), completion(1, nothing));
    expect(await result).toBe("in time");
  });

  it("is the failure if that comes first", async () => {
    const test = new TestFutures();
    const result = test.awakeable().orTimeout(1);
    test.feed(signal(17, failure(500, "no")));
    await expect(result).rejects.toThrow("no");
  });

  it("rejects with a TimeoutError if the timer fires first, while the operation goes on", async () => {
    const test = new TestFutures();
    const operation = test.awakeable();
    const result = operation.orTimeout(1);
    test.feed(completion(1, nothing), signal(17, value("late")));
    await expect(result).rejects.toBeInstanceOf(TimeoutError);
    expect(await operation).toBe("late");
  });

  it("is what a cancelled timer failed with", async () => {
    const test = new TestFutures();
    const result = test.awakeable().orTimeout(1);
    test.feed(completion(1, failure(409, "timer killed")));
    await expect(result).rejects.toThrow("timer killed");
  });

  it("leaves a value that is there as it is, and gives up on one that is not", async () => {
    expect(await RestatePromise.resolve(1).orTimeout(1)).toBe(1);
    await expect(new ConstantFuture().orTimeout(1)).rejects.toBeInstanceOf(TimeoutError);
  });
});

describe("waiting", () => {
  it("counts the children of what is awaited as awaited, until it is decided", async () => {
    const test = new TestFutures();
    const [winner, loser] = [test.sleep(), test.sleep()];
    const race = RestatePromise.race([RestatePromise.all([winner]), loser]);
    expect(loser.isAwaited).toBe(false);
    const { events } = observe(race);
    expect([winner.isAwaited, loser.isAwaited]).toEqual([true, true]);
    test.feed(completion(1, value(1)));
    await settled();
    expect(events).toEqual([[1]]);
    expect(loser.isAwaited).toBe(false);
  });

  it("goes on after a cancellation rejected it", async () => {
    const test = new TestFutures();
    const both = RestatePromise.all([test.sleep(), test.sleep()]);
    const { events } = observe(both);
    test.feed(completion(1, value(1)), cancelSignal, completion(2, value(2)));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(await both).toEqual([1, 2]);
  });

  it("takes a signal that came while nobody waited for it", async () => {
    const test = new TestFutures();
    const either = RestatePromise.race([test.signal("x"), test.sleep()]);
    const { events } = observe(either);
    test.feed(cancelSignal, signal("x", value("kept")));
    await settled();
    expect(events).toEqual([expect.any(CancelledError)]);
    expect(await either).toBe("kept");
  });

  it("counts successes that decide nothing without waking anybody up", async () => {
    const test = new TestFutures();
    const children = [test.sleep(), test.sleep(), test.sleep()];
    const { events } = observe(RestatePromise.all(children));
    await settled();
    test.feed(completion(3, value(3)), completion(1, value(1)), completion(2, value(2)));
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(events).toEqual([[1, 2, 3]]);
  });

  it("gives children in the order in which it asks them what they have", async () => {
    const test = new TestFutures();
    test.feed(signal("x", value(1)), signal("x", value(2)));
    await settled();
    expect(await RestatePromise.all([test.signal("x"), test.signal("x")])).toEqual([1, 2]);
  });
});

describe("what it waits for is", () => {
  const tree = (promise: unknown) => (promise as Future<unknown>).awaitTree();
  const leaf = (id: number) => ({ kind: "completion", id });

  test.each([
    ["all", "allSucceededOrFirstFailed"],
    ["race", "firstCompleted"],
    ["any", "firstSucceededOrAllFailed"],
    ["allSettled", "allCompleted"],
  ] as const)("named after the combinator: %s", (op, combinator) => {
    const test = new TestFutures();
    expect(tree(combine(op)([test.sleep(), test.sleep()]))).toEqual({
      kind: "combinator",
      combinator,
      children: [leaf(1), leaf(2)],
    });
  });

  it("what is left of it", async () => {
    const test = new TestFutures();
    const inner = RestatePromise.all([test.sleep(), test.sleep()]);
    const outer = RestatePromise.allSettled([inner, test.sleep()]);
    observe(outer);
    test.feed(completion(1, nothing), completion(3, nothing));
    await settled();
    expect(tree(outer)).toEqual({
      kind: "combinator",
      combinator: "allCompleted",
      children: [
        { kind: "combinator", combinator: "allSucceededOrFirstFailed", children: [leaf(2)] },
      ],
    });
  });

  it("nothing, if the server has nothing to deliver for it", () => {
    expect(
      tree(RestatePromise.race([RestatePromise.resolve(new Promise(() => {}))])),
    ).toBeUndefined();
  });
});
