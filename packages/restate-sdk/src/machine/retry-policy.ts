/** Decides what happens after a run closure failed with an error that is not terminal. */
import type { StartMessage } from "../protocol/messages.js";
import type { AttemptFailure } from "./outcome.js";

/** Bounds and delays of the retries of one `ctx.run`. What is left out is for the server to decide, and unbounded. */
export interface RunRetryPolicy {
  /** No retry until somebody resumes the invocation. */
  readonly pauses?: boolean;
  readonly initialDelayMs?: number | undefined;
  /** By which every delay is longer than the one before. Default: 1. */
  readonly factor?: number;
  readonly maxDelayMs?: number;
  readonly maxAttempts?: number | undefined;
  readonly maxDurationMs?: number | undefined;
}

/** What is known about the run's failures so far, this one included. */
export interface RetryProgress {
  readonly attempts: number;
  readonly elapsedMs: number;
}

/** What the server is told to do with the failed attempt. */
export type RetryDecision = Pick<AttemptFailure, "behavior" | "nextRetryDelayMs">;

/**
 * How often, and for how long, the run has failed. The server counts for the command it has stored last, so its count
 * speaks of this run only as long as the attempt has added no command of its own. Without a retry its duration is the
 * time since the command was stored, in which nothing was tried.
 */
export function retryProgress(
  start: StartMessage,
  hasAddedCommands: boolean,
  elapsedMs: number,
): RetryProgress {
  const { retryCountSinceLastStoredEntry: count, durationSinceLastStoredEntry: duration } = start;
  if (hasAddedCommands || count === 0) return { attempts: 1, elapsedMs };
  return { attempts: count + 1, elapsedMs: duration + elapsedMs };
}

/** Undefined when the retries are used up: the error then is the run's result. */
export function decideRetry(
  policy: RunRetryPolicy,
  { attempts, elapsedMs }: RetryProgress,
): RetryDecision | undefined {
  const { initialDelayMs, factor = 1, maxDelayMs = Number.MAX_SAFE_INTEGER } = policy;
  const { maxAttempts = Infinity, maxDurationMs = Infinity } = policy;
  if (policy.pauses) return { behavior: "pause" };
  if (maxAttempts <= attempts || maxDurationMs <= elapsedMs) return undefined;
  const delay = initialDelayMs && Math.min(maxDelayMs, initialDelayMs * factor ** (attempts - 1));
  return { behavior: "retry", nextRetryDelayMs: delay && Math.round(delay) };
}
