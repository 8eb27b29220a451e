/** Waits for a condition by asking again and again until a deadline, instead of sleeping for a guessed time. */

export interface PollOptions {
  /** How long to keep trying, in milliseconds. Default 10,000. */
  readonly withinMs?: number;
  /** Pause between two tries, in milliseconds. Default 20. */
  readonly everyMs?: number;
}

/** Resolves with the first value `check` returns without throwing; rejects with its last error at the deadline. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20 }: PollOptions = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await pause(everyMs);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
