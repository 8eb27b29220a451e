/** When a failed invocation is tried again, and what becomes of it when it is not. */

export interface RetryPolicy {
  readonly initialIntervalMs: number;
  readonly factor: number;
  readonly maxIntervalMs: number;
  /** The first attempt included. */
  readonly maxAttempts: number;
  readonly onMaxAttempts: "pause" | "kill";
}

export type RetryVerdict =
  { readonly kind: "retry"; readonly delayMs: number } | { readonly kind: "pause" | "kill" };

/** @param failures how many attempts have failed in a row, this one included */
export function decideRetry(policy: RetryPolicy, failures: number): RetryVerdict {
  if (failures >= policy.maxAttempts) return { kind: policy.onMaxAttempts };
  const grown = policy.initialIntervalMs * policy.factor ** (failures - 1);
  return { kind: "retry", delayMs: Math.min(Math.round(grown), policy.maxIntervalMs) };
}
