/** How many microtasks an await takes depends on whether the promise is settled, never on where its result comes from. */
import { describe, expect, it } from "vitest";
import type { HandlerContext } from "../../packages/restate-sdk/src/context/handler-context.js";
import { RestatePromise } from "../../packages/restate-sdk/src/futures/restate-promise.js";
import type { Message } from "../../packages/restate-sdk/src/protocol/messages.js";
import type { ProtocolVersion } from "../../packages/restate-sdk/src/protocol/version.js";
import { awakened, DirectAttempt, json, signalled, sleepCommand, slept } from "./support/direct.js";
import { turn } from "./support/phases.js";

type Source = (ctx: HandlerContext) => ReturnType<HandlerContext["signal"]>;

/** Where the result comes from: an operation, its command, and the notification that completes it. */
const SOURCES: Record<string, { make: Source; command?: Message; notification: Message }> = {
  sleep: {
    make: (ctx) => ctx.sleep(1),
    command: sleepCommand(1),
    notification: slept(1),
  },
  run: {
    make: (ctx) => ctx.run(() => 1),
    command: { type: "RunCommand", resultCompletionId: 1, name: "" },
    notification: {
      type: "RunCompletionNotification",
      id: { kind: "completion", id: 1 },
      result: json(1),
    },
  },
  awakeable: { make: (ctx) => ctx.awakeable().promise, notification: awakened(17, 1) },
  signal: { make: (ctx) => ctx.signal("x"), notification: signalled("x", 1) },
};

/** What is awaited, made of the source. */
const AWAITED: Record<string, (source: ReturnType<Source>) => PromiseLike<unknown>> = {
  it: (source) => source,
  "its native continuation": (source) => source.then((value) => value),
  finally: (source) => source.finally(() => {}),
  "a mapping": (source) => source.map((value) => value),
  "a mapping of a mapping": (source) => source.map((value) => value).map((value) => value),
  "RestatePromise.all": (source) => RestatePromise.all([source]),
  "RestatePromise.race": (source) => RestatePromise.race([source]),
  "RestatePromise.any": (source) => RestatePromise.any([source]),
  "RestatePromise.allSettled": (source) => RestatePromise.allSettled([source]),
  "RestatePromise.select": (source) => RestatePromise.select({ source }),
  "a nested combinator": (source) => RestatePromise.all([RestatePromise.race([source])]),
  "a mapping in a combinator": (source) => RestatePromise.all([source.map((value) => value)]),
  "a native Promise.all": (source) => Promise.all([source]),
  asCompleted: (source) => firstOf(RestatePromise.asCompleted([source])),
};

async function firstOf(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return item;
  return undefined;
}

interface Case {
  readonly source: keyof typeof SOURCES;
  readonly awaited: keyof typeof AWAITED;
}

const CASES: Case[] = Object.keys(SOURCES).flatMap((source) =>
  Object.keys(AWAITED).map((awaited) => ({ source, awaited })),
);

describe("hops do not depend on replay, flushing or chunking:", () => {
  it.each(CASES)("$awaited of a $source that is pending", async ({ source, awaited }) => {
    const hops = await inAllWays(source, (ctx) => hopsWhenPending(ctx, { source, awaited }));
    expect(new Set(hops).size).toBe(1);
    expect(hops[0]).toBeGreaterThan(0);
  });

  it.each(CASES)("$awaited of a $source that is settled", async ({ source, awaited }) => {
    const hops = await inAllWays(source, (ctx) => hopsWhenSettled(ctx, { source, awaited }));
    expect(new Set(hops).size).toBe(1);
    expect(hops[0]).toBeGreaterThan(0);
  });
});

/** Counts from the moment at which the source's own waiter is resolved. */
async function hopsWhenPending(ctx: HandlerContext, { source, awaited }: Case): Promise<number> {
  const future = mustHave(SOURCES[source]).make(ctx);
  let clock: (() => number) | undefined;
  void future.then(() => {
    clock = startClock();
  });
  await mustHave(AWAITED[awaited])(future);
  return clock?.() ?? -1;
}

async function hopsWhenSettled(ctx: HandlerContext, { source, awaited }: Case): Promise<number> {
  const future = mustHave(SOURCES[source]).make(ctx);
  await future;
  const clock = startClock();
  await mustHave(AWAITED[awaited])(future);
  return clock();
}

/** Counts microtasks from now on. */
function startClock(): () => number {
  let count = 0;
  const tick = () => {
    if (++count < 100) queueMicrotask(tick);
  };
  queueMicrotask(tick);
  return () => count;
}

type Handler = (ctx: HandlerContext) => Promise<number>;

/** The handler's results: live, in the turn of the start, and replayed, in every version. */
async function inAllWays(source: string, handler: Handler): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const version of [5, 6, 7] as const) {
    results.push(
      await live(source, { handler, version, inTurn: false }),
      await live(source, { handler, version, inTurn: true }),
      await replayed(source, { handler, version }),
    );
  }
  return results;
}

interface Way {
  readonly handler: Handler;
  readonly version: ProtocolVersion;
}

/** @param way.inTurn whether the notification comes with the start, in a data event of its own */
async function live(source: string, way: Way & { readonly inTurn: boolean }): Promise<unknown> {
  const { handler, version, inTurn } = way;
  const { notification } = mustHave(SOURCES[source]);
  const attempt: DirectAttempt = new DirectAttempt({
    handler,
    version,
    onMessage: (message) => {
      if (message.type !== "ProposeRunCompletion") return;
      const completionId = message.resultCompletionId;
      attempt.feed(version >= 7 ? { type: "ProposeRunCompletionAck", completionId } : notification);
    },
  }).start();
  if (!inTurn) await attempt.settle();
  if (source !== "run") attempt.feed(notification);
  await finished(attempt);
  return attempt.output;
}

async function replayed(source: string, { handler, version }: Way): Promise<unknown> {
  const { command, notification } = mustHave(SOURCES[source]);
  const journal = command === undefined ? [notification] : [command, notification];
  const attempt = new DirectAttempt({ handler, version, journal }).start();
  await finished(attempt);
  return attempt.output;
}

async function finished(attempt: DirectAttempt): Promise<void> {
  for (let i = 0; i < 50 && !attempt.hasEnded; i++) await turn();
}

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("No such case");
  return value;
}
