import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EagerState } from "./eager-state.js";
import { text } from "./messages.fixture.js";

const state = (entries: Readonly<Record<string, string>>, partialState: boolean) =>
  new EagerState({
    partialState,
    stateMap: Object.entries(entries).map(([key, value]) => ({
      key: text(key),
      value: text(value),
    })),
  });
const VOID = { kind: "void" };
const value = (content: string) => ({ kind: "value", value: text(content) });

describe("complete state", () => {
  test("a key that is not there is known to be absent", () => {
    const complete = state({ a: "1" }, false);
    expect(complete.get("a")).toEqual(value("1"));
    expect(complete.get("b")).toEqual(VOID);
  });

  test("an empty value is a value", () => {
    expect(state({ a: "" }, false).get("a")).toEqual(value(""));
  });

  test("writes are read back, and cleared keys are absent", () => {
    const complete = state({ a: "1" }, false);
    complete.set("a", text("2"));
    complete.set("b", text("3"));
    expect([complete.get("a"), complete.get("b")]).toEqual([value("2"), value("3")]);
    complete.clear("a");
    expect(complete.get("a")).toEqual(VOID);
    expect(complete.keys()).toEqual(["b"]);
    complete.set("a", text("4"));
    expect(complete.keys()).toEqual(["a", "b"]);
  });

  test("keys are in the order of their UTF-8 bytes", () => {
    // U+FFEE stands before U+1F600 in UTF-8, behind it in UTF-16.
    const keys = ["\u{1f600}", "\uffee", "b", "a\u0301", "ab", "a", "Z", ""];
    const complete = state(Object.fromEntries(keys.map((key) => [key, ""])), false);
    expect(complete.keys()).toEqual(["", "Z", "a", "ab", "a\u0301", "b", "\uffee", "\u{1f600}"]);
  });

  test("any keys are in the order of their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "binary" })), (keys) => {
        const complete = state(Object.fromEntries(keys.map((key) => [key, ""])), false);
        const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(complete.keys()).toEqual(byBytes);
      }),
    );
  });
});

describe("partial state", () => {
  test("only the server knows of keys that were not sent", () => {
    const partial = state({ a: "1" }, true);
    expect(partial.get("a")).toEqual(value("1"));
    expect(partial.get("b")).toBeUndefined();
    expect(partial.keys()).toBeUndefined();
  });

  test("the handler's own writes and clears are known", () => {
    const partial = state({}, true);
    partial.set("a", text("1"));
    partial.clear("b");
    expect([partial.get("a"), partial.get("b"), partial.get("c")]).toEqual([
      value("1"),
      VOID,
      undefined,
    ]);
    expect(partial.keys()).toBeUndefined();
  });

  test("after clearing everything it is complete", () => {
    const partial = state({ a: "1" }, true);
    partial.clearAll();
    expect([partial.get("a"), partial.get("b")]).toEqual([VOID, VOID]);
    expect(partial.keys()).toEqual([]);
    partial.set("c", text("1"));
    expect(partial.keys()).toEqual(["c"]);
  });
});

test("a key that is not UTF-8 is a protocol error", () => {
  const entry = { key: new Uint8Array([0xc3, 0x28]), value: text("") };
  expect(() => new EagerState({ partialState: false, stateMap: [entry] })).toThrow(
    /not valid UTF-8/,
  );
});
