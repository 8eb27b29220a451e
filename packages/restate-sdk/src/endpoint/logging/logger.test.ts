import { describe, expect, test, vi } from "vitest";
import {
  LoggerContext,
  LogSource,
  RestateLogLevel,
  type LogMetadata,
  type LoggerTransport,
} from "../../api/logger.js";
import { createLogger } from "./logger.js";

type Line = [LogMetadata, ...unknown[]];

function recorder(): { readonly lines: Line[]; readonly transport: LoggerTransport } {
  const lines: Line[] = [];
  return { lines, transport: (...line) => void lines.push(line) };
}

test.each([
  ["trace", RestateLogLevel.TRACE],
  ["debug", RestateLogLevel.DEBUG],
  ["info", RestateLogLevel.INFO],
  ["log", RestateLogLevel.INFO],
  ["warn", RestateLogLevel.WARN],
  ["error", RestateLogLevel.ERROR],
] as const)("%s goes to the transport with all its arguments", (method, level) => {
  const { lines, transport } = recorder();
  const context = new LoggerContext("inv_1", "s", "h");
  createLogger(transport, LogSource.USER, context)[method]("a", 1, { b: 2 });
  expect(lines).toEqual([
    [{ source: LogSource.USER, level, replaying: false, context }, "a", 1, { b: 2 }],
  ]);
});

test("without an invocation there is no context", () => {
  const { lines, transport } = recorder();
  createLogger(transport, LogSource.SYSTEM).info("a");
  expect(lines[0]?.[0]).not.toHaveProperty("context");
});

test("whether the handler replays is asked for every line, also of a method taken off its logger", () => {
  const { lines, transport } = recorder();
  let replaying = true;
  const { info } = createLogger(transport, LogSource.USER, undefined, () => replaying);
  info("a");
  replaying = false;
  info("b");
  expect(lines.map(([metadata]) => metadata.replaying)).toEqual([true, false]);
});

describe("the rest of the console", () => {
  test("is there", () => {
    const table = vi.spyOn(console, "table").mockImplementation(() => undefined);
    createLogger(recorder().transport, LogSource.USER).table([1]);
    expect(table).toHaveBeenCalledWith([1]);
    table.mockRestore();
  });

  test("follows when somebody swaps the global console", () => {
    const { lines, transport } = recorder();
    createLogger(transport, LogSource.USER);
    const table = vi.fn();
    vi.stubGlobal("console", { table });
    const logger = createLogger(transport, LogSource.USER);
    logger.table([2]);
    logger.info("a");
    vi.unstubAllGlobals();
    expect(table).toHaveBeenCalledWith([2]);
    expect(lines).toHaveLength(1);
  });
});
