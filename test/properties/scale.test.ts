/** The work grows with the journal and with the width of a fan-out, not with their squares; and nobody else is starved. */
import { describe, expect, it } from "vitest";
import type { HandlerContext } from "../../packages/restate-sdk/src/context/handler-context.js";
import { RestatePromise } from "../../packages/restate-sdk/src/futures/restate-promise.js";
import type { Message } from "../../packages/restate-sdk/src/protocol/messages.js";
import type { ProtocolVersion } from "../../packages/restate-sdk/src/protocol/version.js";
import { countOperations } from "./support/count-operations.js";
import { DirectAttempt, signalled, sleepCommand, slept } from "./support/direct.js";
import { turn } from "./support/phases.js";

interface Shape {
  readonly name: string;
  handler(ctx: HandlerContext, size: number): Promise<unknown>;
  /** What is recorded after the input, or sent while the attempt runs, for the given size. */
  commands(size: number): Message[];
  notifications(size: number): Message[];
}

const range = (size: number) => Array.from({ length: size }, (_, index) => index);
const sleepCommands = (size: number) => range(size).map((index) => sleepCommand(index + 1));
const sleepsEnd = (size: number) => range(size).map((index) => slept(index + 1));
const sleeps = (ctx: HandlerContext, size: number) => range(size).map(() => ctx.sleep(1));

/** Every shape awaits all of `size` sleeps or signals. */
const SHAPES: readonly Shape[] = [
  {
    name: "one after the other",
    handler: async (ctx, size) => {
      for (let i = 0; i < size; i++) await ctx.sleep(1);
    },
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "RestatePromise.all",
    handler: (ctx, size) => RestatePromise.all(sleeps(ctx, size)),
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "RestatePromise.all of mapped promises",
    handler: (ctx, size) => RestatePromise.all(sleeps(ctx, size).map((one) => one.map(() => 1))),
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "Promise.all",
    handler: (ctx, size) => Promise.all(sleeps(ctx, size)),
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "concurrent async functions",
    handler: (ctx, size) =>
      Promise.all(
        sleeps(ctx, size).map(async (one) => {
          await one;
        }),
      ),
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "asCompleted",
    handler: async (ctx, size) => {
      let count = 0;
      for await (const _ of RestatePromise.asCompleted(sleeps(ctx, size))) count++;
      return count;
    },
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "a long-lived promise raced again and again",
    handler: async (ctx, size) => {
      const { promise } = ctx.awakeable();
      for (let i = 0; i < size; i++) await RestatePromise.race([promise, ctx.sleep(1)]);
    },
    commands: sleepCommands,
    notifications: sleepsEnd,
  },
  {
    name: "signals of one name",
    handler: async (ctx, size) => {
      for (let i = 0; i < size; i++) await ctx.signal("x");
    },
    commands: () => [],
    notifications: (size) => range(size).map((index) => signalled("x", index)),
  },
];

describe("a replay does work in proportion to the journal:", () => {
  it.each(SHAPES)("$name", async (shape) => {
    const work = (size: number) => countOperations(() => replay(shape, size));
    await expectLinear(work);
  });
});

describe.each([6, 7] as const)(
  "bit by bit, V%i does work in proportion to the width:",
  (version) => {
    it.each(SHAPES)("$name", async (shape) => {
      const work = (size: number) => countOperations(() => live(shape, { size, version }));
      await expectLinear(work);
    });
  },
);

it("10,000 entries are replayed without keeping the event loop from its other work", async () => {
  const [sequence] = SHAPES as [Shape];
  // The data event itself is one piece of work: the frames of a journal that arrived in one chunk.
  const attempt = replayed(sequence, 5000);
  let longestMs = 0;
  for (let last = performance.now(); !attempt.hasEnded;) {
    await turn();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
  expect(attempt.output).toBeNull();
  expect(longestMs).toBeLessThan(500);
});

async function expectLinear(work: (size: number) => Promise<number>): Promise<void> {
  const [small, large] = [await work(100), await work(1000)];
  expect(large / small).toBeLessThan(12);
}

function replayed(shape: Shape, size: number): DirectAttempt {
  return new DirectAttempt({
    handler: async (ctx) => {
      await shape.handler(ctx, size);
      return null;
    },
    journal: [...shape.commands(size), ...shape.notifications(size)],
  }).start();
}

async function replay(shape: Shape, size: number): Promise<void> {
  const attempt = replayed(shape, size);
  await finished(attempt);
  expect(attempt.output).toBeNull();
}

interface LiveOptions {
  readonly size: number;
  readonly version: ProtocolVersion;
}

async function live(shape: Shape, { size, version }: LiveOptions): Promise<void> {
  const attempt = new DirectAttempt({
    version,
    handler: async (ctx) => {
      await shape.handler(ctx, size);
      return null;
    },
  }).start();
  await turn();
  for (const notification of shape.notifications(size)) {
    attempt.feed(notification);
    await turn();
  }
  await finished(attempt);
  expect(attempt.output).toBeNull();
}

async function finished(attempt: DirectAttempt): Promise<void> {
  while (!attempt.hasEnded) await turn();
}
