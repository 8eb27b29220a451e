import { expect, test } from "vitest";
import { isThenable } from "./thenable.js";

test.each([
  ["a promise", Promise.resolve()],
  ["an object with then", { then: () => undefined }],
  ["a function with then", Object.assign(() => undefined, { then: () => undefined })],
])("%s can be awaited", (_what, value) => {
  expect(isThenable<unknown>(value)).toBe(true);
});

test.each([
  [undefined],
  [null],
  ["then"],
  [5],
  [{}],
  [() => undefined],
  [{ then: "later" }],
  [{ then: undefined }],
])("%j is a value", (value) => {
  expect(isThenable(value)).toBe(false);
});
