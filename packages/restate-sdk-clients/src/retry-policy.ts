/** When a failed attempt is repeated, and how long after. */
import { millisOrDurationToMillis, type Duration } from "@restatedev/restate-sdk-core";

/** Why an attempt failed, for {@link RetryPolicy.shouldRetry}. */
export type RetryFailure =
  | {
      /** No (complete) response: no connection, a broken one, or the attempt's `timeout`. */
      readonly kind: "network";
      /** What `fetch` rejected with. */
      readonly error: unknown;
    }
  | {
      /** A response with a status other than 2xx. */
      readonly kind: "response";
      readonly status: number;
      readonly headers: Headers;
      /** The body as text, unless it was empty. */
      readonly body?: string;
    };

/** How requests that are safe to repeat are repeated; see {@link ConnectionOpts.retry}. */
export interface RetryPolicy {
  /**
   * How many attempts there are at most, the first included; `false` for any number. Default: 6.
   */
  maxAttempts?: number | false;
  /**
   * How long after the first attempt another one may begin; a number is milliseconds, `false` means
   * any time. It does not cut an attempt short. Default: 60 seconds.
   */
  maxDuration?: Duration | number | false;
  /** The pause after the first attempt; a number is milliseconds. Default: 250 milliseconds. */
  initialInterval?: Duration | number;
  /** The longest pause, up to jitter of ±20%; a number is milliseconds. Default: 3 seconds. */
  maxInterval?: Duration | number;
  /** How much longer each pause is than the one before. Default: 2. */
  exponentiationFactor?: number;
  /**
   * Whether a `Retry-After` header decides on the pause, where the server sends one. It never adds
   * attempts. Browsers hide the header of other origins. Default: true.
   */
  respectRetryAfter?: boolean;
  /**
   * Decides which failures are worth another attempt, instead of {@link defaultShouldRetry}. It
   * cannot make a request repeatable that is not.
   *
   * @param attempt which attempt failed, the first being 0
   */
  shouldRetry?: (failure: RetryFailure, attempt: number) => boolean;
}

/**
 * Whether a failure is worth another attempt: no response, or status 408, 425, 429 or 5xx, unless
 * the error is the invocation's own outcome, which no repetition would change.
 *
 * Servers before 1.7.4 do not say whose error it is; then the status decides.
 */
export function defaultShouldRetry(failure: RetryFailure): boolean {
  if (failure.kind === "network") return true;
  const { status, headers, body } = failure;
  if (errorSource(headers, parseJson(body)) === "invocation") return false;
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599);
}

/** Whose error a response reports. Browsers hide the header of other origins, but not the body. */
export function errorSource(headers: Headers | undefined, body: unknown): unknown {
  return headers?.get("x-restate-error-source") ?? (body as { source?: unknown } | null)?.source;
}

/** The parsed text; undefined for what is not JSON. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How to wait for the next attempt: milliseconds, or undefined if there is none. */
export type NextDelay = (failure: RetryFailure, attempt: number) => number | undefined;

const neverAgain: NextDelay = () => undefined;

/** The decisions for one request that starts now and is safe to repeat. */
export function retryDecisions(retry: RetryPolicy | boolean | undefined): NextDelay {
  if (retry === undefined || retry === false) return neverAgain;
  const {
    maxAttempts = 6,
    maxDuration = 60_000,
    initialInterval = 250,
    maxInterval = 3_000,
    exponentiationFactor = 2,
    respectRetryAfter = true,
    shouldRetry = defaultShouldRetry,
  } = retry === true ? {} : retry;
  const deadline =
    maxDuration === false ? Infinity : Date.now() + millisOrDurationToMillis(maxDuration);

  return (failure, attempt) => {
    if (maxAttempts !== false && attempt >= maxAttempts - 1) return undefined;
    if (!shouldRetry(failure, attempt)) return undefined;
    const growing = millisOrDurationToMillis(initialInterval) * exponentiationFactor ** attempt;
    const backoff = Math.min(growing, millisOrDurationToMillis(maxInterval));
    const delayMs =
      (respectRetryAfter ? retryAfterMs(failure) : undefined) ??
      backoff * (0.8 + Math.random() * 0.4);
    return Date.now() + delayMs < deadline ? delayMs : undefined;
  };
}

/** The header is a number of seconds or a date. */
function retryAfterMs(failure: RetryFailure): number | undefined {
  const value = failure.kind === "response" && failure.headers.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
