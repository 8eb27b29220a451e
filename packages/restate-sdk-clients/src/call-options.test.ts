import { describe, expect, it, vi } from "vitest";

import { Opts, parseArguments, rpc, SendOpts, unwrap } from "./call-options.js";

interface Row {
  readonly args: readonly unknown[];
  readonly parameter: unknown;
  readonly expected: object;
}

describe("the arguments of a method", () => {
  const options = { idempotencyKey: "k" };

  const table: readonly Row[] = [
    { args: [], parameter: undefined, expected: {} },
    { args: ["x"], parameter: "x", expected: {} },
    { args: [undefined, rpc.opts(options)], parameter: undefined, expected: options },
    { args: ["x", rpc.opts(options)], parameter: "x", expected: options },
    { args: ["x", rpc.sendOpts(options)], parameter: "x", expected: options },
    { args: [rpc.opts(options)], parameter: undefined, expected: options },
    { args: [rpc.sendOpts(options)], parameter: undefined, expected: options },
    { args: [rpc.opts(options), undefined], parameter: undefined, expected: options },
    { args: ["x", undefined], parameter: "x", expected: {} },
    { args: [{ opts: options }], parameter: { opts: options }, expected: {} },
    { args: ["x", { opts: options }], parameter: "x", expected: options },
  ];

  it.each(table)("$args", ({ args, parameter, expected }) => {
    expect(parseArguments(args)).toEqual({ parameter, options: expected });
  });

  it.each([[["x", { idempotencyKey: "k" }]], [["x", null]], [["x", "y"]]])(
    "%j are refused",
    (args) => {
      expect(() => parseArguments(args)).toThrow("Options must come from rpc.opts");
    },
  );
});

it("options made by another copy of the package are options", async () => {
  vi.resetModules();
  const other = await import("./call-options.js");
  expect(other.Opts).not.toBe(Opts);
  const options = { idempotencyKey: "k" };
  expect(parseArguments([other.rpc.opts(options)])).toEqual({ parameter: undefined, options });
});

it("a SendOpts has its delay in milliseconds", () => {
  expect(SendOpts.from({ delay: { seconds: 1.5 } }).delay()).toBe(1_500);
  expect(SendOpts.from({}).delay()).toBeUndefined();
});

it("no options are empty ones", () => {
  expect(unwrap(undefined)).toEqual({});
});
