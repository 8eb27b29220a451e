import { describe, expect, it } from "vitest";
import { settled } from "./futures.fixture.js";
import { Preparations } from "./preparation.js";

const collect = () => {
  const batches: number[][] = [];
  const errors: unknown[] = [];
  const ran: number[] = [];
  const action = (one: number) => () => ran.push(one);
  const onDecoded = (actions: readonly (() => void)[]) => {
    ran.length = 0;
    for (const each of actions) each();
    batches.push([...ran]);
  };
  return { batches, errors, action, onDecoded, onError: (error: unknown) => errors.push(error) };
};

describe("preparations", () => {
  it("are handed over together, in the order in which they were asked for", async () => {
    const preparations = new Preparations();
    const { batches, action, onDecoded, onError } = collect();
    const slow = new Promise<void>((resolve) => setImmediate(resolve));
    preparations.add(slow, action(1));
    preparations.add(undefined, action(2));
    preparations.add(Promise.resolve(), action(3));
    preparations.start(onDecoded, onError);
    await settled();
    expect(batches).toEqual([[1, 2, 3]]);
    expect(preparations.isIdle).toBe(true);
  });

  it("that come while others are decoded wait for the next batch", async () => {
    const preparations = new Preparations();
    const { batches, action, onDecoded, onError } = collect();
    preparations.add(Promise.resolve(), action(1));
    preparations.start(onDecoded, onError);
    preparations.add(Promise.resolve(), action(2));
    preparations.start(onDecoded, onError);
    expect(preparations.isIdle).toBe(false);
    await settled();
    expect(batches).toEqual([[1]]);
    preparations.start(onDecoded, onError);
    await settled();
    expect(batches).toEqual([[1], [2]]);
  });

  it("are over when something cannot be decoded", async () => {
    const preparations = new Preparations();
    const { batches, errors, action, onDecoded, onError } = collect();
    preparations.add(Promise.reject(new Error("wrong key")), action(1));
    preparations.add(Promise.reject(new Error("wrong key, too")), action(2));
    preparations.start(onDecoded, onError);
    await settled();
    expect([batches, errors]).toEqual([[], [new Error("wrong key")]]);
  });

  it("that are never started reject nothing that nobody handles", async () => {
    new Preparations().add(Promise.reject(new Error("wrong key")), () => {});
    await settled();
  });
});
