import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import {
  FutureTree_Combinator as Combinator,
  FutureTreeSchema,
  SuspensionSchema,
} from "../protocol/gen/restate-protocol_pb.js";
import {
  awaitedKeys,
  awaitPointOf,
  describeAwaitPoint,
  fromTree,
  isResolved,
} from "./future-tree.js";
import { createNotification, Journal } from "./journal.js";

function journalOf(results: Record<number, "value" | "failure">): Journal {
  const journal = new Journal();
  for (const [id, kind] of Object.entries(results)) {
    const result =
      kind === "value"
        ? ({ case: kind, value: {} } as const)
        : ({ case: kind, value: {} } as const);
    const fields = { id: { case: "completionId", value: Number(id) } as const, result };
    journal.appendNotification(createNotification("CallCompletion", fields));
  }
  return journal;
}

const { UNKNOWN, FIRST_COMPLETED, ALL_COMPLETED } = Combinator;
const { FIRST_SUCCEEDED_OR_ALL_FAILED: ANY, ALL_SUCCEEDED_OR_FIRST_FAILED: ALL } = Combinator;

describe("an await point of two completions", () => {
  it.each([
    [UNKNOWN, { 1: "failure" }, true],
    [UNKNOWN, {}, false],
    [FIRST_COMPLETED, { 2: "value" }, true],
    [ALL_COMPLETED, { 1: "failure" }, false],
    [ALL_COMPLETED, { 1: "failure", 2: "value" }, true],
    [ANY, { 1: "failure" }, false],
    [ANY, { 1: "failure", 2: "failure" }, true],
    [ANY, { 2: "value" }, true],
    [ALL, { 1: "value" }, false],
    [ALL, { 1: "value", 2: "value" }, true],
    [ALL, { 2: "failure" }, true],
  ] as const)("combinator %s with %j wakes up: %s", (combinator, results, expected) => {
    const tree = fromTree(create(FutureTreeSchema, { combinator, completions: [1, 2] }));
    expect(isResolved(tree, journalOf(results))).toBe(expected);
  });
});

describe("a nested await point", () => {
  it("wakes up when only the SDK can tell whether a child succeeded", () => {
    const nested = [{ combinator: UNKNOWN, completions: [1] }];
    const tree = fromTree(create(FutureTreeSchema, { combinator: ALL, completions: [2], nested }));
    expect(isResolved(tree, journalOf({ 1: "value" }))).toBe(true);
    expect(isResolved(tree, journalOf({ 2: "value" }))).toBe(false);
  });

  it("names every leaf once and describes itself", () => {
    const nested = [{ combinator: ALL, completions: [1, 2] }];
    const point = fromTree(
      create(FutureTreeSchema, {
        combinator: FIRST_COMPLETED,
        signals: [1],
        nested,
        completions: [1],
      }),
    );
    expect(awaitedKeys(point)).toEqual(["c1", "c2", "s1"]);
    expect(describeAwaitPoint(point)).toBe("race(all(c1, c2), c1, s1)");
  });
});

it("reads the flat lists of versions 5 and 6 as: any of them", () => {
  const point = awaitPointOf(
    create(SuspensionSchema, {
      waitingCompletions: [3],
      waitingSignals: [1],
      waitingNamedSignals: ["go"],
    }),
  );
  expect(describeAwaitPoint(point)).toBe("unknown(c3, n:go, s1)");
  expect(isResolved(point, journalOf({ 3: "value" }))).toBe(true);
});
