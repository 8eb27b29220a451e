/** Recognises errors that assertions throw, whatever library they come from. */

/** Whether a test that threw this has failed: node:assert, Vitest, Chai, Jest. */
export function isAssertionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, matcherResult } = error as { code?: unknown; matcherResult?: unknown };
  return error.name === "AssertionError" || code === "ERR_ASSERTION" || matcherResult !== undefined;
}
