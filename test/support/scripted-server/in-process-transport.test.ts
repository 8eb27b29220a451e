import { describe, expect, it } from "vitest";
import { RestatePromise, service, type Context } from "@restatedev/restate-sdk";
import { EndpointBuilder } from "../../../packages/restate-sdk/src/endpoint/endpoint.js";
import { createRequestHandler } from "../../../packages/restate-sdk/src/endpoint/handle.js";
import { plainMessage } from "./describe.js";
import { inProcess } from "./in-process-transport.js";
import { runInvocation, type InvocationRun } from "./scripted-invocation.js";

const adder = service({
  name: "Adder",
  handlers: {
    add: async (ctx: Context, values: number[]) => {
      const calls = values.map((value) =>
        ctx.genericCall({ service: "Other", method: "m", parameter: Buffer.from(String(value)) }),
      );
      const parts = await RestatePromise.all(calls);
      await ctx.sleep({ hours: 1 });
      return ctx.run("sum", () =>
        parts.reduce((sum, part) => sum + Number(Buffer.from(part).toString()), 0),
      );
    },
  },
});

const endpoint = new EndpointBuilder()
  .bind(adder)
  .setLogger(() => undefined)
  .build();
const transport = inProcess(createRequestHandler(endpoint, { protocolMode: "BIDI_STREAM" }));

async function invoke(options: Partial<InvocationRun>) {
  const { outcome, attempts } = await runInvocation({
    transport,
    target: { service: "Adder", handler: "add" },
    version: 7,
    input: Buffer.from("[1,2,3]"),
    schedule: { seed: 3, timing: "later" },
    ...options,
  });
  if (outcome.kind !== "output" || outcome.result.case !== "value") throw new Error(outcome.kind);
  return { result: plainMessage(outcome.result.value)["content"], attempts: attempts.length };
}

describe("our endpoint in the same process", () => {
  it.each([5, 6, 7] as const)("runs to its end in version %s", async (version) => {
    expect(await invoke({ version })).toEqual({ result: "6", attempts: 1 });
  });

  it("suspends at every await when the request is closed", async () => {
    const { result, attempts } = await invoke({ plan: () => ({ closeInput: "after-replay" }) });
    expect(result).toBe("6");
    expect(attempts).toBeGreaterThan(2);
  });

  it("survives a crash after each entry", async () => {
    const { result } = await invoke({ plan: () => ({ cutAfterReceived: 1 }) });
    expect(result).toBe("6");
  });
});
