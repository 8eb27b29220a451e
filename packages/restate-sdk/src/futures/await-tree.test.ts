import { describe, expect, it, test } from "vitest";
import type { FutureTree } from "../protocol/messages.js";
import { leavesOf, toFutureTree, type AwaitTree } from "./await-tree.js";

const c = (id: number): AwaitTree => ({ kind: "completion", id });
const s = (idx: number): AwaitTree => ({ kind: "signal", idx });
const n = (name: string): AwaitTree => ({ kind: "namedSignal", name });
const mapped = (source: AwaitTree): AwaitTree => ({ kind: "mapped", source });
const node =
  (combinator: FutureTree["combinator"]) =>
  (...children: AwaitTree[]): AwaitTree => ({ kind: "combinator", combinator, children });
const all = node("allSucceededOrFirstFailed");
const any = node("firstSucceededOrAllFailed");
const settled = node("allCompleted");
const race = node("firstCompleted");

/** Short, for tables: `race(c1 s2 n:x all(c3))`. */
function show(tree: FutureTree): string {
  const names = {
    unknown: "unknown",
    firstCompleted: "race",
    allCompleted: "settled",
    firstSucceededOrAllFailed: "any",
    allSucceededOrFirstFailed: "all",
  };
  const parts = [
    ...tree.completions.map((id) => `c${String(id)}`),
    ...tree.signals.map((idx) => `s${String(idx)}`),
    ...tree.namedSignals.map((name) => `n:${name}`),
    ...tree.nested.map(show),
  ];
  return `${names[tree.combinator]}(${parts.join(" ")})`;
}

describe("what the server is told from version 7 on", () => {
  test.each<[string, AwaitTree[], string]>([
    ["one leaf", [c(1)], "race(c1)"],
    ["leaves of all kinds", [n("x"), s(17), c(1)], "race(c1 s17 n:x)"],
    ["leaves that are awaited twice once", [c(1), c(1), n("x"), n("x")], "race(c1 n:x)"],
    ["combinators as subtrees", [all(c(1), settled(c(2), c(3)))], "race(all(c1 settled(c2 c3)))"],
    [
      "leaves awaited directly and in a subtree twice",
      [all(c(1), c(2)), c(1)],
      "race(c1 all(c1 c2))",
    ],
    ["the source of a mapper as something unknown", [mapped(c(1))], "race(unknown(c1))"],
    [
      "a mapper in all, which the SDK must be asked about",
      [all(mapped(c(1)), c(2))],
      "race(all(c2 unknown(c1)))",
    ],
    [
      "a race whose outcome matters as something unknown, since the server may get it wrong",
      [all(c(1), race(c(2), c(3))), any(race(c(4), race(c(5), c(6))))],
      "race(all(c1 unknown(c2 c3)) any(unknown(c4 race(c5 c6))))",
    ],
    [
      "a race whose outcome is clear or does not matter as what it is",
      [all(race(c(1))), settled(race(c(2), c(3))), race(race(c(4), c(5)))],
      "race(all(race(c1)) settled(race(c2 c3)) race(race(c4 c5)))",
    ],
    [
      "a mapper below allSettled at the root as well",
      [settled(mapped(c(1)), c(2))],
      "race(c1 settled(c2 unknown(c1)))",
    ],
    [
      "deeper ones, too",
      [settled(all(mapped(mapped(c(1)))))],
      "race(c1 settled(all(unknown(unknown(c1)))) unknown(c1))",
    ],
  ])("%s", (_name, roots, expected) => {
    expect(show(toFutureTree(roots, 7))).toBe(expected);
  });
});

describe("what the server is told before version 7", () => {
  it.each([5, 6] as const)("is every leaf, once: V%i", (version) => {
    const roots = [all(c(1), mapped(c(2))), settled(race(c(3), s(17))), n("x"), c(1)];
    expect(show(toFutureTree(roots, version))).toBe("race(c1 c2 c3 s17 n:x)");
  });
});

test("leaves come in the order of the tree", () => {
  expect(leavesOf(all(c(1), mapped(race(s(2), n("x"))), c(3)))).toEqual([c(1), s(2), n("x"), c(3)]);
});
