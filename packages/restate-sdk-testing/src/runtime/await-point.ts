/** What a suspended invocation waits for, and whether the journal has it. */
import type { FutureTree, NotificationMessage } from "../codec.js";
import { keyOf, type Journal, type NotificationKey } from "./journal.js";

/**
 * Whether there is enough to resume an invocation that waits for this.
 *
 * @param seen how many entries the attempt knew that waits: a signal among them was used up, or it would not wait for
 *   it. (The server does not look at that, so it resumes such an invocation again and again, in vain.)
 */
export function isResolved(tree: FutureTree, journal: Journal, seen: number): boolean {
  return (
    evaluate(tree, (key) => journal.notification(key, key.startsWith("c") ? 0 : seen)) !== "pending"
  );
}

/** Everything that is waited for, each once. */
export function awaitedKeys(tree: FutureTree): NotificationKey[] {
  return [...new Set([...leafKeys(tree), ...tree.nested.flatMap(awaitedKeys)])];
}

/** "settled": over, but only the handler can tell whether well. */
type Verdict = "pending" | "succeeded" | "failed" | "settled";

type LookUp = (key: NotificationKey) => NotificationMessage | undefined;

function evaluate(tree: FutureTree, lookUp: LookUp): Verdict {
  const verdicts = [
    ...leafKeys(tree).map((key) => verdictOf(lookUp(key))),
    ...tree.nested.map((child) => evaluate(child, lookUp)),
  ];
  const isAllOver = !verdicts.includes("pending");
  switch (tree.combinator) {
    case "unknown":
    case "firstCompleted":
      return verdicts.some((verdict) => verdict !== "pending") ? "settled" : "pending";
    case "allCompleted":
      return isAllOver ? "settled" : "pending";
    case "firstSucceededOrAllFailed":
      return isAllOver || verdicts.some((each) => each === "succeeded" || each === "settled")
        ? "settled"
        : "pending";
    case "allSucceededOrFirstFailed":
      return isAllOver || verdicts.some((each) => each === "failed" || each === "settled")
        ? "settled"
        : "pending";
  }
}

function leafKeys(tree: FutureTree): NotificationKey[] {
  return [
    ...tree.completions.map((id) => keyOf({ kind: "completion", id })),
    ...tree.signals.map((idx) => keyOf({ kind: "signal", idx })),
    ...tree.namedSignals.map((name) => keyOf({ kind: "namedSignal", name })),
  ];
}

function verdictOf(notification: NotificationMessage | undefined): Verdict {
  if (notification === undefined) return "pending";
  return notification.result.kind === "failure" ? "failed" : "succeeded";
}
