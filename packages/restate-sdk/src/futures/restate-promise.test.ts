import { describe, expect, it, test } from "vitest";
import { TerminalError } from "../errors/terminal-error.js";
import { completion, value } from "../machine/messages.fixture.js";
import { TestFutures } from "./futures.fixture.js";
import { isRestatePromise, RestatePromise } from "./restate-promise.js";

describe("resolve and reject", () => {
  it("wrap values, and promises of any kind", async () => {
    expect(await RestatePromise.resolve(1)).toBe(1);
    expect(await RestatePromise.resolve(Promise.resolve(2))).toBe(2);
    expect(await RestatePromise.resolve<unknown>(undefined)).toBeUndefined();
    await expect(RestatePromise.reject(new TerminalError("no"))).rejects.toThrow("no");
  });

  it("leave a promise of the SDK as it is", () => {
    const future = new TestFutures().sleep();
    expect(RestatePromise.resolve(future)).toBe(future);
  });
});

test("only promises of the SDK are recognised as such", () => {
  expect(isRestatePromise(new TestFutures().sleep() as Promise<unknown>)).toBe(true);
  expect(isRestatePromise(RestatePromise.resolve(1))).toBe(true);
  expect(isRestatePromise(RestatePromise.all([]) as Promise<unknown>)).toBe(true);
  for (const other of [Promise.resolve(1), null, undefined, 1, {}, { then: () => {} }]) {
    expect(isRestatePromise(other as Promise<unknown>)).toBe(false);
  }
});

describe("combinators refuse", () => {
  const misuse = (value: unknown) => () =>
    RestatePromise.all([RestatePromise.resolve(1), value as never]);

  test.each([
    ["a native promise", Promise.resolve(1)],
    ["a value", 1],
    ["nothing", undefined],
  ])("%s, and say where it is and what to do", (_name, value) => {
    expect(misuse(value)).toThrow(TypeError);
    expect(misuse(value)).toThrow("RestatePromise.all got something at index 1");
    expect(misuse(value)).toThrow("RestatePromise.resolve");
  });

  it("promises of different contexts", () => {
    const [mine, theirs] = [new TestFutures().sleep(), new TestFutures().sleep()];
    expect(() => RestatePromise.race([mine, theirs])).toThrow("promises of different contexts");
    expect(() => RestatePromise.select({ mine, theirs })).toThrow("index 1");
    expect(() => RestatePromise.asCompleted([mine, theirs])).toThrow("RestatePromise.asCompleted");
  });
});

describe("nested promises", () => {
  const nest = (test: TestFutures, levels: number) => {
    let outer: RestatePromise<unknown> = test.sleep();
    for (let i = 0; i < levels; i++) outer = RestatePromise.race([outer, test.sleep()]);
    return outer;
  };

  it("may be as deep as the server allows", async () => {
    const test = new TestFutures({ version: 7 });
    const outer = nest(test, 1_000);
    test.feed(completion(1, value("first")));
    expect(await outer).toBe("first");
  });

  it("must not be deeper", () => {
    const test = new TestFutures({ version: 7 });
    const deepest = nest(test, 1_000);
    expect(() => RestatePromise.all([deepest])).toThrow("nested more than 1000 deep");
    expect(() => deepest.map(String)).toThrow("nested more than 1000 deep");
  });

  it("count only while they are pending: a loop may race what it has raced before", async () => {
    const test = new TestFutures();
    let last = nest(test, 1_000);
    test.feed(completion(1, value("first")));
    await last;
    last = RestatePromise.race([last, test.sleep()]);
    expect(await last).toBe("first");
  });
});
