import { expect, test } from "vitest";
import { commandsOf, obliging } from "../machine/messages.fixture.js";
import { startAttempt } from "./attempt-driver.fixture.js";

test.each([5, 6, 7] as const)("V%i: a handler runs from input to output", async (version) => {
  const attempt = startAttempt(
    async (ctx, name) => {
      const greeting = await ctx.run("greeting", () => `Hello ${String(name)}`);
      await ctx.sleep(10);
      return greeting;
    },
    { version, respond: obliging(version) },
  );
  await attempt.rest();
  expect(attempt.output).toBe("Hello Ada");
  expect(attempt.isEnded).toBe(true);
  expect(commandsOf(attempt.sent).map(({ type }) => type)).toEqual([
    "RunCommand",
    "SleepCommand",
    "OutputCommand",
  ]);
});
