/** What becomes of a run whose closure failed with an error that is not terminal. */
import * as codes from "../errors/codes.js";
import type { ValueOrFailure } from "../protocol/messages.js";
import type { AttemptFailure, RelatedCommand } from "./outcome.js";
import type { RetryDecision } from "./retry-policy.js";
import type { PendingRun } from "./runs.js";

/** The error as the run executor saw it. */
export interface RetryableRunFailure {
  readonly message: string;
  readonly stacktrace: string;
  /** What the closure threw. */
  readonly cause?: unknown;
  /** How long this execution of the closure took. */
  readonly elapsedMs: number;
}

export type RunVerdict =
  /** The retries are used up: the error becomes the run's terminal result. */
  | { readonly kind: "result"; readonly result: ValueOrFailure }
  /** The attempt ends; the server retries or pauses. */
  | { readonly kind: "attemptFailure"; readonly failure: AttemptFailure };

export function judgeRunFailure(
  run: PendingRun,
  { message, stacktrace, cause }: RetryableRunFailure,
  decision: RetryDecision,
): RunVerdict {
  if (decision.kind === "giveUp") {
    const failure = { code: codes.INTERNAL, message, metadata: [] };
    return { kind: "result", result: { kind: "failure", failure } };
  }
  const failure: AttemptFailure = {
    code: codes.INTERNAL,
    message,
    stacktrace,
    cause,
    relatedCommand: relatedToRun(run),
    nextRetryDelayMs: decision.kind === "retry" ? decision.delayMs : undefined,
    behavior: decision.kind,
  };
  return { kind: "attemptFailure", failure };
}

export function relatedToRun({ commandIndex, name }: PendingRun): RelatedCommand {
  return { index: commandIndex, type: "RunCommand", name };
}
