import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { defaultShouldRetry, retryDecisions, type RetryFailure } from "./retry-policy.js";

const network: RetryFailure = { kind: "network", error: new TypeError("fetch failed") };

function response(
  status: number,
  headers: Record<string, string> = {},
  body?: string,
): RetryFailure {
  return {
    kind: "response",
    status,
    headers: new Headers(headers),
    ...(body !== undefined && { body }),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00Z") });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the default rule", () => {
  it.each([408, 425, 429, 500, 503, 599])("retries after status %i", (status) => {
    expect(defaultShouldRetry(response(status))).toBe(true);
  });

  it.each([400, 404, 409, 470, 499, 600, 301])("does not retry after status %i", (status) => {
    expect(defaultShouldRetry(response(status))).toBe(false);
  });

  it("retries after a broken connection", () => {
    expect(defaultShouldRetry(network)).toBe(true);
  });

  it("does not retry a terminal error, told by the header or, where that is hidden, by the body", () => {
    const header = { "x-restate-error-source": "invocation" };
    expect(defaultShouldRetry(response(500, header))).toBe(false);
    expect(defaultShouldRetry(response(500, {}, '{"source":"invocation"}'))).toBe(false);
    expect(defaultShouldRetry(response(500, {}, '{"source":"ingress"}'))).toBe(true);
    expect(defaultShouldRetry(response(500, {}, "null"))).toBe(true);
    expect(defaultShouldRetry(response(500, {}, "<html>"))).toBe(true);
  });
});

describe("pauses", () => {
  it("grow from 250 ms to 3 s, for 6 attempts", () => {
    const next = retryDecisions(true);
    expect([0, 1, 2, 3, 4, 5].map((it) => next(network, it))).toEqual([
      250,
      500,
      1_000,
      2_000,
      3_000,
      undefined,
    ]);
  });

  it.each([
    [0, 200],
    [0.999_999, 300],
  ])("jitter by 20% either way: %d", (random, expected) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    expect(retryDecisions(true)(network, 0)).toBeCloseTo(expected, 1);
  });

  it("are what the policy says", () => {
    const next = retryDecisions({
      maxAttempts: false,
      initialInterval: { seconds: 1 },
      maxInterval: { seconds: 5 },
      exponentiationFactor: 3,
    });
    expect([0, 1, 2, 99].map((it) => next(network, it))).toEqual([1_000, 3_000, 5_000, 5_000]);
  });

  it("end before the time is up", () => {
    const next = retryDecisions({ maxDuration: { milliseconds: 600 } });
    expect(next(network, 0)).toBe(250);
    vi.advanceTimersByTime(350);
    expect(next(network, 0)).toBeUndefined();
  });

  it("go on for ever if neither attempts nor time are limited", () => {
    const next = retryDecisions({ maxAttempts: false, maxDuration: false });
    vi.advanceTimersByTime(10 * 86_400_000);
    expect(next(network, 1_000)).toBe(3_000);
  });

  it.each([undefined, false])("are none with %s", (retry) => {
    expect(retryDecisions(retry)(network, 0)).toBeUndefined();
  });

  it("follow shouldRetry, which sees the failure and the attempt", () => {
    const shouldRetry = vi.fn((_failure: RetryFailure, attempt: number) => attempt === 1);
    const next = retryDecisions({ shouldRetry });
    expect(next(response(404), 0)).toBeUndefined();
    expect(next(response(404), 1)).toBe(500);
    expect(shouldRetry).toHaveBeenCalledWith(expect.objectContaining({ status: 404 }), 1);
  });
});

describe("Retry-After", () => {
  it.each([
    ["7", 7_000],
    ["0", 0],
    ["-5", 0],
    ["1.5", 1_500],
    ["Thu, 01 Jan 2026 00:00:09 GMT", 9_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", 250],
    ["", 250],
    ["Infinity", 250],
  ])("%s means %i ms", (value, expected) => {
    expect(retryDecisions(true)(response(503, { "retry-after": value }), 0)).toBe(expected);
  });

  it("ends the attempts if it leads beyond the time there is", () => {
    expect(retryDecisions(true)(response(503, { "retry-after": "61" }), 0)).toBeUndefined();
  });

  it("can be ignored", () => {
    const next = retryDecisions({ respectRetryAfter: false });
    expect(next(response(503, { "retry-after": "7" }), 0)).toBe(250);
  });
});
