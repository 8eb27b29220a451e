import { afterEach, expect, test, vi } from "vitest";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { obliging } from "../machine/messages.fixture.js";

const NOW = Date.UTC(2030, 0, 1);

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["milliseconds", 1_500, 1_500],
  ["a duration", { hours: 1, milliseconds: 5 }, 3_600_005],
  ["no time at all", 0, 0],
  ["a fraction", 1.9, 1],
])("%s: the timer fires that much after now", async (_what, duration, millis) => {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  const sent = await runAttempt((ctx) => ctx.sleep(duration, "nap"));
  expect(sent).toMatchObject([
    { type: "SleepCommand", wakeUpTime: NOW + millis, resultCompletionId: 1, name: "nap" },
  ]);
});

test("resolves with nothing when the timer fires", async () => {
  let result: unknown = "untouched";
  const attempt = startAttempt((ctx) => ctx.sleep(10).then((slept) => (result = slept)), {
    respond: obliging(6),
  });
  await attempt.rest();
  expect(attempt.isEnded).toBe(true);
  expect(result).toBeUndefined();
});

test("a replay does not compare the time", async () => {
  const recorded = {
    type: "SleepCommand",
    wakeUpTime: 7,
    resultCompletionId: 1,
    name: "",
  } as const;
  const sent = await runAttempt((ctx) => ctx.sleep(10), { journal: [recorded], closeInput: true });
  expect(sent).toMatchObject([{ type: "Suspension", awaitingOn: { completions: [1] } }]);
});

test.each([[-1], [NaN], [Infinity], [{ seconds: -5 }], [undefined]])(
  "%j is no time to sleep: the attempt fails in the name of the sleep",
  async (duration) => {
    let caught: unknown;
    const sent = await runAttempt((ctx) => {
      try {
        return ctx.sleep(duration as number, "nap");
      } catch (error) {
        caught = error;
        return undefined;
      }
    });
    expect(caught).toBeUndefined();
    expect(sent).toMatchObject([
      {
        type: "Error",
        code: 500,
        relatedCommandIndex: 1,
        relatedCommandName: "nap",
        relatedCommandType: 0x040c,
      },
    ]);
  },
);
