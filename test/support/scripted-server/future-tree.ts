/** What a suspended invocation waits for, and when the server wakes it up again. */
import {
  FutureTree_Combinator as Combinator,
  type FutureTree,
  type Suspension,
} from "../protocol/gen/restate-protocol_pb.js";
import type { Journal, NotificationKey } from "./journal.js";

/** A leaf names one notification; a node joins its children. */
export type AwaitPoint =
  | { readonly kind: "leaf"; readonly key: NotificationKey }
  | { readonly kind: "node"; readonly combinator: Combinator; readonly children: AwaitPoint[] };

/** Versions 5 and 6 send flat lists, of which any member wakes the invocation up; version 7 sends a tree. */
export function awaitPointOf(suspension: Suspension): AwaitPoint {
  if (suspension.awaitingOn !== undefined) return fromTree(suspension.awaitingOn);
  return {
    kind: "node",
    combinator: Combinator.UNKNOWN,
    children: leaves(
      suspension.waitingCompletions,
      suspension.waitingSignals,
      suspension.waitingNamedSignals,
    ),
  };
}

export function fromTree(tree: FutureTree): AwaitPoint {
  return {
    kind: "node",
    combinator: tree.combinator,
    children: [
      ...leaves(tree.completions, tree.signals, tree.namedSignals),
      ...tree.nested.map(fromTree),
    ],
  };
}

/** Every notification the await point names, sorted, each once. */
export function awaitedKeys(point: AwaitPoint): NotificationKey[] {
  const keys = point.kind === "leaf" ? [point.key] : point.children.flatMap(awaitedKeys);
  return [...new Set(keys)].sort();
}

/** True when the notifications in the journal are enough for the server to resume the invocation. */
export function isResolved(point: AwaitPoint, journal: Journal): boolean {
  return evaluate(point, journal) !== "pending";
}

/** A compact form for messages and comparisons, for example `race(c1, s1, all(c2, c3))`. */
export function describeAwaitPoint(point: AwaitPoint): string {
  if (point.kind === "leaf") return point.key;
  const names = ["unknown", "race", "allSettled", "any", "all"];
  return `${names[point.combinator] ?? "?"}(${point.children.map(describeAwaitPoint).sort().join(", ")})`;
}

/** "either": done, but only the SDK can tell whether it succeeded. */
type Verdict = "pending" | "succeeded" | "failed" | "either";

function leaves(
  completions: readonly number[],
  signals: readonly number[],
  named: readonly string[],
): AwaitPoint[] {
  return [
    ...completions.map((id) => `c${id}`),
    ...signals.map((idx) => `s${idx}`),
    ...named.map((name) => `n:${name}`),
  ].map((key) => ({ kind: "leaf", key }));
}

function evaluate(point: AwaitPoint, journal: Journal): Verdict {
  if (point.kind === "leaf") {
    const entry = journal.notification(point.key);
    if (entry === undefined) return "pending";
    return entry.message.result.case === "failure" ? "failed" : "succeeded";
  }
  const verdicts = point.children.map((child) => evaluate(child, journal));
  switch (point.combinator) {
    case Combinator.UNKNOWN:
      return verdicts.some((verdict) => verdict !== "pending") ? "either" : "pending";
    case Combinator.FIRST_COMPLETED:
      return verdicts.find((verdict) => verdict !== "pending") ?? "pending";
    case Combinator.ALL_COMPLETED:
      return verdicts.includes("pending") ? "pending" : "succeeded";
    case Combinator.FIRST_SUCCEEDED_OR_ALL_FAILED:
      return settleOn("succeeded", "failed", verdicts);
    case Combinator.ALL_SUCCEEDED_OR_FIRST_FAILED:
      return settleOn("failed", "succeeded", verdicts);
  }
}

/** Settles early on one verdict, on the other when all children have it. An "either" hands the decision to the SDK. */
function settleOn(early: Verdict, otherwise: Verdict, verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(early)) return early;
  if (verdicts.includes("either")) return "either";
  return verdicts.includes("pending") ? "pending" : otherwise;
}
