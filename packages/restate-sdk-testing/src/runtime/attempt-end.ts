/** How attempts end, and what is kept of them. */
import type { Failure, FutureTree } from "../codec.js";

export type AttemptEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "suspended"; readonly awaiting: FutureTree }
  | { readonly kind: "failed"; readonly failure: AttemptFailure }
  /** Cut by the runtime: a crash was asked for, or a timeout has passed, or the invocation was killed or paused. */
  | { readonly kind: "cut"; readonly why: string; readonly isCrash: boolean };

/** A failed attempt, as the endpoint told it. */
export interface AttemptFailure extends Failure {
  readonly stacktrace: string;
  readonly commandIndex: number | undefined;
  readonly commandName: string | undefined;
  readonly commandType: string | undefined;
  readonly nextRetryDelayMs: number | undefined;
  readonly behavior: "retry" | "pause" | "fail";
}

export interface AttemptRecord {
  readonly number: number;
  readonly startedAt: number;
  /** How many journal entries it was given when it started. */
  readonly replayedEntries: number;
  endedAt?: number;
  /** Undefined while it runs. */
  end?: AttemptEnd;
}

/** A failure that the endpoint has said no more about. */
export function plainFailure({ code, message }: Pick<Failure, "code" | "message">): AttemptFailure {
  return {
    code,
    message,
    metadata: [],
    stacktrace: "",
    commandIndex: undefined,
    commandName: undefined,
    commandType: undefined,
    nextRetryDelayMs: undefined,
    behavior: "retry",
  };
}
