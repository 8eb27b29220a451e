import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import { LoggerContext, LogSource, RestateLogLevel } from "../../api/logger.js";
import { createConsoleTransport, type LoggingVariable } from "./console-transport.js";

const LEVELS = Object.values(RestateLogLevel);
let spies: Record<RestateLogLevel, MockInstance>;

beforeEach(() => {
  spies = Object.fromEntries(
    LEVELS.map((level) => [level, vi.spyOn(console, level).mockImplementation(() => undefined)]),
  ) as unknown as Record<RestateLogLevel, MockInstance>;
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The levels that are written when one line of each is logged. */
function written(
  environment: Partial<Record<LoggingVariable, string | undefined>>,
  source = LogSource.USER,
): RestateLogLevel[] {
  const transport = createConsoleTransport((variable) => environment[variable]);
  for (const level of LEVELS) transport({ source, level, replaying: false }, "a");
  const used = LEVELS.filter((level) =>
    spies[level].mock.calls.some(([prefix]) => String(prefix).endsWith(`${level.toUpperCase()}:`)),
  );
  for (const spy of Object.values(spies)) spy.mockClear();
  return used;
}

const { TRACE, DEBUG, INFO, WARN, ERROR } = RestateLogLevel;

describe("levels", () => {
  test.each([
    [undefined, [INFO, WARN, ERROR]],
    ["", [INFO, WARN, ERROR]],
    ["TRACE", [TRACE, DEBUG, INFO, WARN, ERROR]],
    ["debug", [DEBUG, INFO, WARN, ERROR]],
    ["INFO", [INFO, WARN, ERROR]],
    ["Warn", [WARN, ERROR]],
    ["ERROR", [ERROR]],
  ])("RESTATE_LOGGING=%s", (value, levels) => {
    expect(written({ RESTATE_LOGGING: value })).toEqual(levels);
  });

  test("journals can have a level of their own", () => {
    const environment = { RESTATE_LOGGING: "WARN", RESTATE_JOURNAL_LOGGING: "ERROR" };
    expect(written(environment, LogSource.JOURNAL)).toEqual([ERROR]);
    expect(written(environment, LogSource.USER)).toEqual([WARN, ERROR]);
    expect(written(environment, LogSource.SYSTEM)).toEqual([WARN, ERROR]);
    expect(written({ RESTATE_LOGGING: "WARN" }, LogSource.JOURNAL)).toEqual([WARN, ERROR]);
  });

  test("an unknown level is said once and is INFO", () => {
    const transport = createConsoleTransport((variable) =>
      variable === "RESTATE_LOGGING" ? "LOUD" : "",
    );
    transport({ source: LogSource.USER, level: DEBUG, replaying: false }, "a");
    transport({ source: LogSource.USER, level: INFO, replaying: false }, "a");
    expect(spies.warn.mock.calls).toEqual([[expect.stringMatching(/RESTATE_LOGGING is "LOUD"/)]]);
    expect(spies.debug).not.toHaveBeenCalled();
    expect(spies.info).toHaveBeenCalledTimes(1);
  });
});

test("replayed lines are silent, even errors", () => {
  const transport = createConsoleTransport(() => "TRACE");
  for (const level of LEVELS) transport({ source: LogSource.USER, level, replaying: true }, "a");
  for (const level of LEVELS) expect(spies[level]).not.toHaveBeenCalled();
});

describe("lines", () => {
  const log = (context?: LoggerContext): unknown[] => {
    createConsoleTransport(() => undefined)(
      { source: LogSource.USER, level: INFO, replaying: false, ...(context && { context }) },
      "message",
      { a: 1 },
    );
    return spies.info.mock.calls[0] ?? [];
  };
  const TIME = String.raw`\[restate\]\[\d{4}-\d\d-\d\dT[\d:.]+Z\]`;

  test("start with time and level", () => {
    expect(log()).toEqual([expect.stringMatching(`^${TIME} INFO:$`), "message", { a: 1 }]);
  });

  test("name the invocation and facts of the platform", () => {
    const context = new LoggerContext("inv_1", "svc", "run", "k", undefined, { AWSRequestId: "r" });
    expect(log(context)[0]).toMatch(
      new RegExp(`^${TIME}\\[svc/k/run\\]\\[inv_1\\]\\[AWSRequestId: r\\] INFO:$`),
    );
  });

  test("a percent sign in a key is no format", () => {
    expect(log(new LoggerContext("inv_1", "svc", "run", "50%d"))[0]).toContain("[svc/50%%d/run]");
  });
});

test("the environment is read when the first line is logged, and once", () => {
  const read = vi.fn(() => undefined);
  const transport = createConsoleTransport(read);
  expect(read).not.toHaveBeenCalled();
  transport({ source: LogSource.USER, level: INFO, replaying: false }, "a");
  transport({ source: LogSource.USER, level: INFO, replaying: false }, "a");
  expect(read.mock.calls).toEqual([["RESTATE_LOGGING"], ["RESTATE_JOURNAL_LOGGING"]]);
});

test("where there is no environment, the level is INFO", () => {
  vi.stubGlobal("process", undefined);
  const transport = createConsoleTransport();
  transport({ source: LogSource.USER, level: INFO, replaying: false }, "a");
  vi.unstubAllGlobals();
  expect(spies.info).toHaveBeenCalledTimes(1);
});
