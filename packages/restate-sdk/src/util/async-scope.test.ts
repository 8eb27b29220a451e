import { afterEach, describe, expect, test, vi } from "vitest";
import { createAsyncScope } from "./async-scope.js";

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("with AsyncLocalStorage", () => {
  test("a scope covers what the call does, later as well", async () => {
    const scope = createAsyncScope<string>();
    const seen = await scope.run("a", async () => {
      const before = scope.getStore();
      await pause();
      return [before, scope.getStore()];
    });
    expect(seen).toEqual(["a", "a"]);
    expect(scope.getStore()).toBeUndefined();
  });

  test("concurrent calls do not see each other's scope", async () => {
    const scope = createAsyncScope<string>();
    const seen: (string | undefined)[] = [];
    const look = async () => {
      await pause();
      seen.push(scope.getStore());
      await pause();
      seen.push(scope.getStore());
    };
    await Promise.all([scope.run("a", look), scope.run("b", look), look()]);
    expect(seen).toEqual(["a", "b", undefined, "a", "b", undefined]);
  });

  test("inner scopes hide outer ones", () => {
    const scope = createAsyncScope<string>();
    const seen = scope.run("outer", () => [
      scope.getStore(),
      scope.run("inner", () => scope.getStore()),
      scope.getStore(),
    ]);
    expect(seen).toEqual(["outer", "inner", "outer"]);
  });
});

describe("on runtimes without AsyncLocalStorage", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test.each([
    ["no process", undefined],
    ["an old process", {}],
    ["a denied module", { getBuiltinModule: () => undefined }],
    [
      "a throwing look-up",
      {
        getBuiltinModule: () => {
          throw new Error("denied");
        },
      },
    ],
  ])("%s: the synchronous part is covered", async (_what, process) => {
    vi.stubGlobal("process", process);
    const scope = createAsyncScope<string>();
    vi.unstubAllGlobals();
    const seen: (string | undefined)[] = [];
    const done = scope.run("a", async () => {
      seen.push(scope.getStore());
      await pause();
      seen.push(scope.getStore());
    });
    seen.push(scope.getStore());
    await done;
    expect(seen).toEqual(["a", undefined, undefined]);
  });

  test("a call that throws leaves its scope", () => {
    vi.stubGlobal("process", undefined);
    const scope = createAsyncScope<string>();
    vi.unstubAllGlobals();
    const fail = () => {
      throw new Error("boom");
    };
    scope.run("outer", () => {
      expect(() => scope.run("inner", fail)).toThrow("boom");
      expect(scope.getStore()).toBe("outer");
    });
  });
});
