/** Mocked runs and what runs around them. */
import * as restate from "@restatedev/restate-sdk";
import { expect, test } from "vitest";
import { createTestEnvironment, fails, mockContext } from "../index.js";

const charge = () => Promise.resolve({ receipt: "real" });

function payments(log: string[]) {
  const hook: restate.HooksProvider = () => ({
    interceptor: {
      run: async (name, next) => {
        log.push(`before ${name}`);
        try {
          await next();
          log.push(`after ${name}`);
        } catch (error) {
          log.push(`${name}: ${String(error)}`);
          throw error;
        }
      },
    },
  });
  return restate.service({
    name: "Payments",
    options: { hooks: [hook] },
    handlers: { pay: (ctx: restate.Context) => ctx.run("charge", charge) },
  });
}

test("interceptors see a mocked run, its failures too, as they would see the action", async () => {
  const log: string[] = [];
  const service = payments(log);
  await using env = await createTestEnvironment({ services: [service] });
  const mock = env.mockRun(
    "charge",
    fails(1, new Error("down"), () => {
      log.push("mock");
      return { receipt: "mocked" };
    }),
  );
  expect(await env.call(service).pay()).toEqual({ receipt: "mocked" });
  expect(log).toEqual([
    "before charge",
    "charge: Error: down",
    "before charge",
    "mock",
    "after charge",
  ]);
  expect(mock.executions.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test("a stand-in gets the action without what runs around it, and leaves it when it is restored", async () => {
  const log: string[] = [];
  const service = payments(log);
  await using env = await createTestEnvironment({ services: [service] });
  const mock = env.mockRun("charge", ({ action }) => action());
  expect(await env.call(service).pay()).toEqual({ receipt: "real" });
  mock.restore();
  expect(await env.call(service).pay()).toEqual({ receipt: "real" });
  expect(log).toEqual(["before charge", "after charge", "before charge", "after charge"]);
  expect(mock.executions).toHaveLength(1);
});

test("a scripted run of mockContext is a run like any other", async () => {
  const { result } = await mockContext({ runs: { charge: { receipt: "scripted" } } }).run(
    (ctx: restate.Context) => ctx.run("charge", charge),
  );
  expect(result).toEqual({ receipt: "scripted" });
});
