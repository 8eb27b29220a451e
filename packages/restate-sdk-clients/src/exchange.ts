/** One request to the ingress and its answer, over as many attempts as are safe. */
import type { IngressCallOptions } from "./call-options.js";
import type { ConnectionOpts } from "./connection-options.js";
import { toHttpCallError } from "./http-call-error.js";
import type { NextDelay, RetryFailure } from "./retry-policy.js";

/** A request as data. */
export interface IngressRequest {
  readonly method: "GET" | "POST";
  /** Below the URL of the connection. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly options?: Pick<IngressCallOptions, "timeout" | "signal">;
}

/**
 * Sends a request, and sends it again where `nextDelay` says so; a header counts the attempts.
 * Without `nextDelay` it is sent once, without that header.
 */
export async function exchange(
  connection: ConnectionOpts,
  request: IngressRequest,
  nextDelay?: NextDelay,
): Promise<Uint8Array> {
  for (let index = 0; ; index++) {
    const outcome = await attempt(connection, {
      ...request,
      headers: {
        ...request.headers,
        ...(nextDelay && { "x-restateclient-retry-attempt": String(index + 1) }),
      },
    });
    if (outcome instanceof Uint8Array) return outcome;
    const { signal } = request.options ?? {};
    const delayMs = signal?.aborted ? undefined : nextDelay?.(outcome.failure, index);
    if (delayMs === undefined) throw outcome.thrown;
    await pause(delayMs, signal);
  }
}

interface FailedAttempt {
  readonly failure: RetryFailure;
  /** What the caller gets if this was the last attempt. */
  readonly thrown: unknown;
}

async function attempt(
  connection: ConnectionOpts,
  { path, options: { timeout, signal } = {}, ...request }: IngressRequest,
): Promise<Uint8Array | FailedAttempt> {
  // What is wrong with the request itself is thrown here, before it could pass for a broken network.
  const url = baseUrl(connection) + path;
  if (timeout !== undefined && signal) {
    throw new TypeError("Options take a timeout or a signal, not both: see AbortSignal.any().");
  }
  const init: RequestInit = request as RequestInit;
  new Headers(init.headers);
  const until = signal ?? (timeout === undefined ? undefined : AbortSignal.timeout(timeout));
  if (until) init.signal = until;
  const fetch = connection.fetch ?? globalThis.fetch;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, init);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    text = await response.text();
  } catch (error) {
    return { failure: { kind: "network", error }, thrown: error };
  }
  const { status, headers } = response;
  return {
    failure: { kind: "response", status, headers, ...(text && { body: text }) },
    thrown: toHttpCallError(response, text),
  };
}

/** Read for every request, so that a connection may be made before its options are complete. */
function baseUrl(connection: ConnectionOpts): string {
  // Not every caller has a type checker, and an environment variable may be missing.
  const url = connection.url as string | URL | undefined;
  if (url == null) {
    throw new TypeError(
      'connect() needs the URL of the Restate ingress, such as "http://localhost:8080".',
    );
  }
  return url.toString().replace(/\/+$/, "");
}

/** The longest time a timer can wait; beyond it, it would not wait at all. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => {
      clearTimeout(timer);
      // As fetch does, whatever the reason is.
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      Math.min(delayMs, MAX_TIMER_MS),
    );
    signal?.addEventListener("abort", abort, { once: true });
  });
}
