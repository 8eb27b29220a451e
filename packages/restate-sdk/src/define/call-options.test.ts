import { expect, test } from "vitest";
import { Opts, rpc, SendOpts } from "./call-options.js";

test("options are found again in what marks them", () => {
  const call = { idempotencyKey: "a" };
  expect(rpc.opts(call)).toBeInstanceOf(Opts);
  expect(rpc.opts(call).getOpts()).toBe(call);
  expect(Opts.from(call).getOpts()).toBe(call);
  const send = { delay: { seconds: 1 } };
  expect(rpc.sendOpts(send)).toBeInstanceOf(SendOpts);
  expect(rpc.sendOpts(send).getOpts()).toBe(send);
  expect(SendOpts.from(send).getOpts()).toBe(send);
});
