/** Decides what happens after a run closure failed with an error that is not terminal. */
import type { StartMessage } from "../protocol/messages.js";

/** Bounds and delays of the retries of one `ctx.run`; without any bound the server's policy applies for ever. */
export type RunRetryPolicy =
  /** The server decides when, and there is no bound. */
  | { readonly kind: "server" }
  | {
      readonly kind: "fixed";
      /** Left out: the server decides. */
      readonly delayMs: number | undefined;
      readonly maxAttempts: number | undefined;
      readonly maxDurationMs: number | undefined;
    }
  | {
      readonly kind: "exponential";
      readonly initialDelayMs: number;
      readonly factor: number;
      readonly maxDelayMs: number | undefined;
      readonly maxAttempts: number | undefined;
      readonly maxDurationMs: number | undefined;
    }
  /** The error asked for it: no retry until somebody resumes the invocation. */
  | { readonly kind: "pause" };

/** What is known about the run's failures so far, this one included. */
export interface RetryProgress {
  readonly attempts: number;
  readonly elapsedMs: number;
}

export type RetryDecision =
  | { readonly kind: "retry"; readonly delayMs: number | undefined }
  | { readonly kind: "pause" }
  /** The error becomes the run's terminal result. */
  | { readonly kind: "giveUp" };

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

export function decideRetry(policy: RunRetryPolicy, progress: RetryProgress): RetryDecision {
  switch (policy.kind) {
    case "server":
      return { kind: "retry", delayMs: undefined };
    case "pause":
      return { kind: "pause" };
    case "fixed":
      if (isExhausted(policy, progress)) return { kind: "giveUp" };
      return { kind: "retry", delayMs: policy.delayMs };
    case "exponential": {
      if (isExhausted(policy, progress)) return { kind: "giveUp" };
      const delay = policy.initialDelayMs * policy.factor ** (progress.attempts - 1);
      const longest = policy.maxDelayMs ?? Number.MAX_SAFE_INTEGER;
      return { kind: "retry", delayMs: Math.round(Math.min(longest, delay)) };
    }
  }
}

function isExhausted(
  bounds: { readonly maxAttempts: number | undefined; readonly maxDurationMs: number | undefined },
  progress: RetryProgress,
): boolean {
  return (
    (bounds.maxAttempts !== undefined && bounds.maxAttempts <= progress.attempts) ||
    (bounds.maxDurationMs !== undefined && bounds.maxDurationMs <= progress.elapsedMs)
  );
}
