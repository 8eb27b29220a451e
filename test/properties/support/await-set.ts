/** What a suspended invocation waits for, and whether given notifications satisfy it, as the server decides it. */
import type {
  FutureTree,
  NotificationId,
} from "../../../packages/restate-sdk/src/protocol/messages.js";

export type NotificationKey = string;

export function keyOf(id: NotificationId): NotificationKey {
  switch (id.kind) {
    case "completion":
      return `c${String(id.id)}`;
    case "signal":
      return `s${String(id.idx)}`;
    case "namedSignal":
      return `n:${id.name}`;
  }
}

/** Notifications by key, and whether they succeeded. */
export type Arrived = ReadonlyMap<NotificationKey, boolean>;

/** "either" for what only the SDK can tell; it makes the server resume. */
type Verdict = "pending" | "succeeded" | "failed" | "either";

export function isSatisfied(tree: FutureTree, arrived: Arrived): boolean {
  return evaluate(tree, arrived) !== "pending";
}

export function leavesOf(tree: FutureTree): NotificationKey[] {
  return [
    ...tree.completions.map((id) => `c${String(id)}`),
    ...tree.signals.map((idx) => `s${String(idx)}`),
    ...tree.namedSignals.map((name) => `n:${name}`),
    ...tree.nested.flatMap(leavesOf),
  ];
}

export function describeTree(tree: FutureTree): string {
  const { nested, combinator } = tree;
  const leaves = leavesOf({ ...tree, nested: [] });
  return `${combinator}(${[...leaves, ...nested.map(describeTree)].join(", ")})`;
}

function evaluate(tree: FutureTree, arrived: Arrived): Verdict {
  const verdicts = [
    ...leavesOf({ ...tree, nested: [] }).map((key) => verdictOf(arrived.get(key))),
    ...tree.nested.map((child) => evaluate(child, arrived)),
  ];
  const isOver = (verdict: Verdict) => verdict !== "pending";
  switch (tree.combinator) {
    case "unknown":
      return verdicts.some(isOver) ? "either" : "pending";
    case "firstCompleted":
      return verdicts.find(isOver) ?? "pending";
    case "allCompleted":
      return verdicts.every(isOver) ? "succeeded" : "pending";
    case "firstSucceededOrAllFailed":
      return settleOn("succeeded", "failed", verdicts);
    case "allSucceededOrFirstFailed":
      return settleOn("failed", "succeeded", verdicts);
  }
}

function verdictOf(succeeded: boolean | undefined): Verdict {
  if (succeeded === undefined) return "pending";
  return succeeded ? "succeeded" : "failed";
}

function settleOn(early: Verdict, otherwise: Verdict, verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(early)) return early;
  if (verdicts.includes("either")) return "either";
  return verdicts.includes("pending") ? "pending" : otherwise;
}
