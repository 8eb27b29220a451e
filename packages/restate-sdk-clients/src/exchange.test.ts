import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  connect,
  HttpCallError,
  rpc,
  type ConnectionOpts,
  type IngressCallOptions,
} from "./index.js";
import { ingressError, recordingFetch, type Answer } from "./recording-fetch.fixture.js";

const done: Answer = { body: '"done"' };
const broken = new TypeError("fetch failed");

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function start(
  answers: readonly (Answer | Error)[],
  options: IngressCallOptions<number, string> = {},
  connection: Partial<ConnectionOpts> = {},
) {
  const { fetch, requests } = recordingFetch(...answers);
  const rs = connect({ url: "http://host", fetch, retry: true, ...connection });
  const opts = rpc.opts({ idempotencyKey: "k", ...options });
  const result = rs.call({ service: "S", handler: "h", parameter: 1, opts });
  // Looked at later; until then it is no unhandled rejection.
  result.catch(() => undefined);
  return { result, requests };
}

describe("attempts", () => {
  it("repeat the same request and count themselves", async () => {
    const { result, requests } = start([broken, ingressError(503), done]);
    await vi.advanceTimersByTimeAsync(750);
    expect(await result).toBe("done");
    expect(requests.map((it) => it.headers["x-restateclient-retry-attempt"])).toEqual([
      "1",
      "2",
      "3",
    ]);
    expect(new Set(requests.map((it) => it.body + String(it.headers["idempotency-key"])))).toEqual(
      new Set(["1k"]),
    );
  });

  it("end with the last failure", async () => {
    const { result, requests } = start([ingressError(503), broken, ingressError(429)]);
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(result).rejects.toMatchObject({ status: 429 });
    expect(requests).toHaveLength(6);
  });

  it("are one if a repetition might run the handler twice, whatever shouldRetry says", async () => {
    const retry = { shouldRetry: () => true, maxAttempts: false } as const;
    for (const idempotencyKey of [undefined, ""]) {
      const { fetch, requests } = recordingFetch(broken);
      const rs = connect({ url: "http://host", fetch, retry });
      const opts = rpc.opts<number, void>(idempotencyKey === undefined ? {} : { idempotencyKey });
      const call = rs.call({ service: "S", handler: "h", parameter: 1, opts });
      await expect(call).rejects.toBe(broken);
      await expect(rs.rejectAwakeable("id", "why")).rejects.toBe(broken);
      await expect(rs.resolveAwakeable("id")).rejects.toBe(broken);
      expect(requests).toHaveLength(3);
    }
  });

  it("are repeated if the connection breaks within a successful answer", async () => {
    const torn = new ReadableStream({
      start: (controller) => controller.error(new TypeError("terminated")),
    });
    const answers = [new Response(torn), new Response('"done"')];
    const fetch = vi.fn(async () => Promise.resolve(answers.shift() ?? new Response()));
    const { result } = start([], {}, { fetch });
    await vi.advanceTimersByTimeAsync(250);
    expect(await result).toBe("done");
  });

  it.each([
    ["a header that fetch refuses", { headers: { a: "\u20ac" } }],
    ["a timeout that is none", { timeout: -1 }],
    ["both a timeout and a signal", { timeout: 1, signal: new AbortController().signal }],
  ])("are none for %s", async (_name, options) => {
    const { result, requests } = start([done], options);
    await expect(result).rejects.toThrow();
    expect(requests).toEqual([]);
  });

  it("wait, however long the pause is", async () => {
    const retry = { maxDuration: false, maxAttempts: false } as const;
    const days = ingressError(503, { "retry-after": "10000000" });
    const { requests } = start([days, done], {}, { retry });
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(requests).toHaveLength(1);
  });
});

describe("a signal", () => {
  it("ends the pause between attempts with its reason", async () => {
    const controller = new AbortController();
    const { result, requests } = start([broken], { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    controller.abort("enough");
    await expect(result).rejects.toBe("enough");
    expect(vi.getTimerCount()).toBe(0);
    expect(requests).toHaveLength(1);
  });

  it("aborted by shouldRetry prevents the next attempt", async () => {
    const controller = new AbortController();
    const retry = {
      shouldRetry: () => {
        controller.abort(new RangeError("no more"));
        return true;
      },
    };
    const { result, requests } = start([broken], { signal: controller.signal }, { retry });
    await expect(result).rejects.toThrow("no more");
    expect(requests).toHaveLength(1);
  });

  it("reaches fetch, and its failure is not retried", async () => {
    const controller = new AbortController();
    const fetch = vi.fn(
      (_url: unknown, init?: RequestInit) =>
        new Promise<Response>((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
        }),
    );
    const { result } = start([], { signal: controller.signal }, { fetch });
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    expect(fetch).toHaveBeenCalledOnce();
  });
});

it("a timeout is one for every attempt", async () => {
  const { result, requests } = start([ingressError(503), done], { timeout: 60_000 });
  await vi.advanceTimersByTimeAsync(250);
  await result;
  const [first, second] = requests.map((it) => it.signal);
  expect(first).toBeInstanceOf(AbortSignal);
  expect(second).toBeInstanceOf(AbortSignal);
  expect(first).not.toBe(second);
});

it("an error of fetch that is not retried is passed on as it is", async () => {
  const { result } = start([broken], {}, { retry: false });
  await expect(result).rejects.toBe(broken);
  expect(broken).not.toBeInstanceOf(HttpCallError);
});
