/** The values among the logging types. */
import { describe, expect, it } from "vitest";

import { LoggerContext, LogSource, RestateLogLevel } from "./logger.js";

describe("LoggerContext", () => {
  it.each([
    ["key", "Counter/key/add"],
    ["", "Counter/add"],
    [undefined, "Counter/add"],
  ])("with key %j the target is %s", (key, target) => {
    expect(new LoggerContext("inv_1", "Counter", "add", key).invocationTarget).toBe(target);
  });
});

it("the names of levels are methods of a console, and the sources are spelled out", () => {
  const methods: Record<string, unknown> = { ...console };
  for (const level of Object.values(RestateLogLevel)) expect(methods[level]).toBeTypeOf("function");
  expect(LogSource).toEqual({ SYSTEM: "SYSTEM", JOURNAL: "JOURNAL", USER: "USER" });
});
