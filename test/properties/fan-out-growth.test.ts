/** A run takes no more steps in a fan-out of 10,000 than in one of 100: blocks of code are counted, not timed. */
import { describe, expect, it } from "vitest";
import type { HandlerContext } from "../../packages/restate-sdk/src/context/handler-context.js";
import { RestatePromise } from "../../packages/restate-sdk/src/futures/restate-promise.js";
import type { Message } from "../../packages/restate-sdk/src/protocol/messages.js";
import { countBlocks } from "./support/count-blocks.js";
import { DirectAttempt, json } from "./support/direct.js";
import { turn } from "./support/phases.js";

interface Shape {
  readonly name: string;
  readonly runsPerBranch: number;
  handler(ctx: HandlerContext, width: number): Promise<unknown>;
}

const WIDTHS = [100, 1_000, 10_000] as const;
const range = (size: number) => Array.from({ length: size }, (_, index) => index);

const SHAPES: readonly Shape[] = [
  {
    name: "RestatePromise.all over runs",
    runsPerBranch: 1,
    handler: (ctx, width) => RestatePromise.all(range(width).map(() => ctx.run("step", () => 1))),
  },
  {
    name: "Promise.all over runs",
    runsPerBranch: 1,
    handler: (ctx, width) => Promise.all(range(width).map(() => ctx.run("step", () => 1))),
  },
  {
    name: "Promise.all over async functions of two runs each",
    runsPerBranch: 2,
    handler: (ctx, width) =>
      Promise.all(
        range(width).map(async () => {
          await ctx.run("step", () => 1);
          await ctx.run("step", () => 1);
        }),
      ),
  },
];

describe.each(SHAPES)("$name takes steps in proportion to the width", (shape) => {
  it("on replay", async () => {
    await expectLinear((width) => replay(shape, width));
  });

  it("while it runs, with all completions of a wave in one chunk", async () => {
    await expectLinear((width) => live(shape, width));
  });
});

/** Ids of more digits take a few steps more; anything that looks at all others would take a multiple. */
async function expectLinear(action: (width: number) => Promise<void>): Promise<void> {
  let perRunInNarrow: number | undefined;
  for (const width of WIDTHS) {
    const perRun = (await countBlocks(() => action(width))) / width;
    perRunInNarrow ??= perRun;
    expect(perRun).toBeGreaterThan(10);
    expect(perRun / perRunInNarrow).toBeLessThan(1.1);
  }
}

async function replay(shape: Shape, width: number): Promise<void> {
  const waves = range(shape.runsPerBranch).map((wave) =>
    range(width).map((index) => wave * width + index + 1),
  );
  const attempt = attemptOf(shape, width, [
    ...waves.flatMap((ids) => [...ids.map(runCommand), ...ids.map(runCompletion)]),
  ]).start();
  await finished(attempt);
}

async function live(shape: Shape, width: number): Promise<void> {
  const attempt = attemptOf(shape, width, []).start();
  for (let wave = 1; wave <= shape.runsPerBranch; wave++) {
    while (attempt.sentOf("ProposeRunCompletion").length < wave * width) await turn();
    const proposed = attempt.sentOf("ProposeRunCompletion").slice(-width);
    attempt.feed(...proposed.map(({ resultCompletionId }) => runCompletion(resultCompletionId)));
  }
  await finished(attempt);
}

function attemptOf(shape: Shape, width: number, journal: readonly Message[]): DirectAttempt {
  const handler = async (ctx: HandlerContext) => {
    await shape.handler(ctx, width);
    return null;
  };
  return new DirectAttempt({ handler, journal });
}

async function finished(attempt: DirectAttempt): Promise<void> {
  while (!attempt.hasEnded) await turn();
  expect(attempt.output).toBeNull();
}

function runCommand(resultCompletionId: number): Message {
  return { type: "RunCommand", resultCompletionId, name: "step" };
}

function runCompletion(id: number): Message {
  return {
    type: "RunCompletionNotification",
    id: { kind: "completion", id },
    result: json(1),
  };
}
