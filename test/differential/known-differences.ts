/** The differences between the SDKs that are intended, one by one, with their reasons. */
import { valueAt, type Difference } from "./compare.js";
import type { Observation, Subject } from "./observe.js";

export interface Compared {
  readonly subject: Subject;
  readonly left: Observation;
  readonly right: Observation;
}

export interface KnownDifference {
  readonly id: string;
  readonly reason: string;
  covers(difference: Difference, compared: Compared): boolean;
}

/** What the official SDK says, with another code than those below, where ours explains itself. */
const REWORDED = /^Trying to execute an idempotent request with an empty idempotency key/;

/** Errors that an SDK raises itself: their codes are part of the contract, their wording is not. */
const SDK_ERROR_CODES: readonly unknown[] = [570, 571, 573];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: "native-combinators",
    reason:
      "Concurrent async functions under native combinators are deterministic in ours. The official SDK " +
      "rejects them while it waits for input, and suspends on too few futures.",
    covers: (_difference, { subject }) => subject.program.name.startsWith("Native"),
  },
  {
    id: "wording-of-sdk-errors",
    reason: "Our messages say where the error is, its likely cause and what to do.",
    covers: ({ path }, { left, right }) => {
      if (!path.endsWith(".failed.message")) return false;
      const codePath = path.replace(/message$/, "code");
      const code = valueAt(left, codePath);
      const reworded = [left, right].some((side) => REWORDED.test(String(valueAt(side, path))));
      return code === valueAt(right, codePath) && (SDK_ERROR_CODES.includes(code) || reworded);
    },
  },
  {
    id: "retry-delay-rounding",
    reason:
      "The official SDK computes delays in single precision: an interval of 700 ms becomes 699.",
    covers: ({ path, left, right }) =>
      path.endsWith(".failed.nextRetryDelay") && Math.abs(Number(left) - Number(right)) <= 1,
  },
  {
    id: "more-errors-name-their-command",
    reason:
      "A run whose result does not serialise, a call with an empty key or with a scope that the version lacks: ours " +
      "names the command, the official SDK none.",
    covers: ({ path, left, right }) =>
      /\.failed\.relatedCommand(Index|Name|Type)$/.test(path) &&
      (left === undefined || right === undefined),
  },
  {
    id: "ids-of-callees-are-awaited-together",
    reason:
      "After a cancel, ours waits for the invocation ids of all callees at once. The official SDK waits for " +
      "one after the other, which takes more attempts.",
    covers: ({ path }, { subject }) =>
      ["CancelledChildren", "ExplicitCancellation"].includes(subject.program.name) &&
      path.startsWith("attempts"),
  },
  {
    id: "races-below-all-and-any",
    reason:
      "Of a race whose children have both arrived, the server takes the outcome of the one that the message lists " +
      "first. Where all or any depends on that outcome, ours calls the race unknown, so that the server resumes " +
      "for any of its children.",
    covers: ({ path, left, right }) =>
      path.endsWith(".suspended") && withoutRaces(left) === withoutRaces(right),
  },
  {
    id: "cleared-keys-are-gone",
    reason:
      "With eager state, the official SDK still lists keys that this attempt has cleared; with lazy state it " +
      "does not. Ours never does.",
    covers: ({ path }, { subject }) =>
      subject.program.name === "StateOperations" && /content$|keys/.test(path),
  },
];

/** The words of an await point in alphabetical order, races as unknown. */
function withoutRaces(awaitPoint: unknown): string {
  const words =
    String(awaitPoint)
      .replaceAll("race(", "unknown(")
      .match(/[\w:]+/g) ?? [];
  return words.sort().join(" ");
}

/** The entry that covers a difference, or undefined when it is a finding. */
export function knownDifference(
  difference: Difference,
  compared: Compared,
): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find((known) => known.covers(difference, compared));
}
