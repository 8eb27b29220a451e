import { expect, it } from "vitest";

import { mergeHeaders } from "./payloads.js";

it("of headers that differ in case only the last one is sent", () => {
  expect(
    mergeHeaders(
      { Authorization: "a", "X-Both": "connection", "content-type": "text/plain" },
      undefined,
      { "x-both": "call", "x-missing": undefined },
      { "Content-Type": "application/json" },
    ),
  ).toEqual({ Authorization: "a", "x-both": "call", "Content-Type": "application/json" });
});

it("a header that has become undefined leaves the earlier one", () => {
  expect(mergeHeaders({ a: "1" }, { a: undefined })).toEqual({ a: "1" });
});
