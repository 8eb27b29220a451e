import { describe, expect, test } from "vitest";
import type { HooksProvider } from "../api/hooks.js";
import type { Request } from "../api/request.js";
import { compose, createHooks } from "./hooks.js";

const request = { id: "inv_1" } as unknown as Request;

function recording(name: string, log: string[]): HooksProvider {
  return () => ({
    interceptor: {
      handler: async (next) => {
        log.push(`${name} in`);
        try {
          await next();
        } catch (error) {
          log.push(`${name} caught ${String(error)}`);
          throw new Error(name, { cause: error });
        }
        log.push(`${name} out`);
      },
      run: async (run, next) => {
        log.push(`${name} ${run}`);
        await next();
      },
    },
  });
}

test("the first provider is the outermost", async () => {
  const log: string[] = [];
  const hooks = createHooks(
    ["A", "B", "C"].map((name) => recording(name, log)),
    request,
    () => true,
  );
  await hooks.handler?.(async () => void log.push("handler"));
  expect(log).toEqual(["A in", "B in", "C in", "handler", "C out", "B out", "A out"]);
  log.length = 0;
  await hooks.run?.("charge", async () => void log.push("action"));
  expect(log).toEqual(["A charge", "B charge", "C charge", "action"]);
});

test("an error travels outwards, and each interceptor may replace it", async () => {
  const log: string[] = [];
  const hooks = createHooks(
    ["A", "B"].map((name) => recording(name, log)),
    request,
    () => true,
  );
  const failing = hooks.handler?.(() => Promise.reject(new Error("handler")));
  await expect(failing).rejects.toThrow("A");
  expect(log).toEqual(["A in", "B in", "B caught Error: handler", "A caught Error: B"]);
});

test("providers are asked in order, for every attempt anew, with request and phase", () => {
  const isProcessing = (): boolean => false;
  const seen: unknown[] = [];
  const provider =
    (name: string): HooksProvider =>
    (context) => {
      const symbol = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");
      seen.push([
        name,
        context.request,
        (context as Record<symbol, unknown>)[symbol],
        Object.keys(context),
      ]);
      return {};
    };
  const providers = [provider("A"), provider("B")];
  createHooks(providers, request, isProcessing);
  createHooks(providers, request, isProcessing);
  expect(seen).toEqual(
    ["A", "B", "A", "B"].map((name) => [name, request, isProcessing, ["request"]]),
  );
});

describe("nothing to call is undefined", () => {
  test.each<[string, HooksProvider[]]>([
    ["no providers", []],
    ["providers without interceptors", [() => ({}), () => ({ interceptor: {} })]],
  ])("%s", (_name, providers) => {
    expect(createHooks(providers, request, () => true)).toEqual({
      handler: undefined,
      run: undefined,
    });
  });

  test("handler and run are independent of each other", () => {
    const hooks = createHooks(
      [() => ({ interceptor: { run: (_name, next) => next() } })],
      request,
      () => true,
    );
    expect(hooks.handler).toBeUndefined();
    expect(hooks.run).toBeDefined();
  });
});

test("composing: none is nothing, one is itself", () => {
  const handler = (next: () => Promise<void>): Promise<void> => next();
  const run = (_name: string, next: () => Promise<void>): Promise<void> => next();
  expect(compose([])).toBeUndefined();
  expect(compose<[]>([handler])).toBe(handler);
  expect(compose<[name: string]>([run])).toBe(run);
});

test("an error of a provider passes through", () => {
  const failing: HooksProvider = () => {
    throw new Error("no tracer");
  };
  expect(() => createHooks([recording("A", []), failing], request, () => true)).toThrow(
    "no tracer",
  );
});
