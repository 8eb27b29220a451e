/** The arithmetic of a token bucket: functions of state and time, so that they need neither a context nor a clock. */

export interface Limit {
  /** How fast tokens come in. */
  readonly perSecond: number;
  /** How many there can be at most: what may be taken at once after a rest. */
  readonly burst: number;
}

export interface Bucket {
  /** Below zero if tokens have been promised that are still to come. */
  readonly tokens: number;
  /** When that was counted, in milliseconds. */
  readonly at: number;
}

export interface Withdrawal {
  readonly tokens: number;
  readonly now: number;
  readonly maxWaitMs: number;
}

/** The bucket afterwards and the time until the tokens are there; undefined if that is too long. */
export function withdraw(
  limit: Limit,
  before: Bucket | null,
  { tokens, now, maxWaitMs }: Withdrawal,
): { readonly bucket: Bucket; readonly waitMs: number } | undefined {
  const { tokens: there, at } = fill(limit, before, now);
  const left = there - tokens;
  const waitMs = left >= 0 ? 0 : Math.ceil((-left / limit.perSecond) * 1_000);
  if (tokens > limit.burst || waitMs > maxWaitMs) return undefined;
  return { bucket: { tokens: left, at }, waitMs };
}

/** Tokens that were promised and not used come back, as if they had come in just now. */
export function putBack(limit: Limit, before: Bucket, tokens: number): Bucket {
  return { ...before, tokens: Math.min(limit.burst, before.tokens + tokens) };
}

function fill({ perSecond, burst }: Limit, before: Bucket | null, now: number): Bucket {
  // Nobody has taken anything yet.
  if (before === null) return { tokens: burst, at: now };
  // Processes take turns to serve a key, and their clocks may differ: time that runs backwards brings no tokens twice.
  const at = Math.max(before.at, now);
  const tokens = before.tokens + ((at - before.at) / 1_000) * perSecond;
  return { tokens: Math.min(burst, tokens), at };
}
