/** fetch with a deadline, and an error that says who did not answer. What fetches may be something else than the network. */

const ANSWER_DEADLINE_MS = 30_000;

export type Fetch = typeof globalThis.fetch;

export async function request(
  url: string,
  init: RequestInit,
  fetch: Fetch = globalThis.fetch,
): Promise<Response> {
  const signal = AbortSignal.timeout(ANSWER_DEADLINE_MS);
  try {
    return await fetch(url, { ...init, signal });
  } catch (cause) {
    const reason = signal.aborted ? `within ${ANSWER_DEADLINE_MS / 1000} s` : reasonOf(cause);
    throw new Error(`${init.method ?? "GET"} ${url} got no answer ${reason}`, { cause });
  }
}

/** fetch hides why it failed in the cause of its error. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return `(${cause instanceof Error ? cause.message : message})`;
}
