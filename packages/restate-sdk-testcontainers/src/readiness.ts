/** Waits until a server can serve. */

const POLL_INTERVAL_MS = 20;
const REQUEST_DEADLINE_MS = 2_000;

export interface ReadinessOptions {
  readonly withinMs: number;
  /** Ends the waiting: why it makes no sense any more. */
  readonly hopeless?: () => string | undefined;
}

/** @throws Error naming what was missing to the last */
export async function untilReady(
  check: () => Promise<void>,
  { withinMs, hopeless }: ReadinessOptions,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    const missing = await check().then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    const reason = hopeless?.();
    if (reason !== undefined) throw new Error(`The Restate server ${reason}.`);
    if (missing === undefined) return;
    if (Date.now() - started > withinMs) {
      const message = `The Restate server is not ready after ${withinMs / 1_000} s: ${missing.message}`;
      throw new Error(message, { cause: missing });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

/** Rejects unless all partitions are there: only then does a query have an answer. */
export async function assertPartitionsReady(adminUrl: string): Promise<void> {
  await getText(`${adminUrl}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: "SELECT count(1) FROM sys_invocation" }),
  });
}

export async function getText(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return text;
}
