import { describe, expect, test } from "vitest";
import type { InvocationId } from "../api/invocation-id.js";
import { RestateLogLevel } from "../api/logger.js";
import { startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { TerminalError } from "../errors/terminal-error.js";
import { commandsOf, obliging } from "../machine/messages.fixture.js";
import type { HandlerContext } from "./handler-context.js";

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
const inv2 = "inv_2" as InvocationId;
const call = { service: "A", method: "b", parameter: new Uint8Array() };

const operations: readonly [string, (ctx: HandlerContext) => unknown][] = [
  ["ctx.run", (ctx) => ctx.run(() => 1)],
  ["ctx.run", (ctx) => ctx.date.now()],
  ["ctx.run", (ctx) => ctx.date.toJSON()],
  ["ctx.sleep", (ctx) => ctx.sleep(1)],
  ["ctx.get", (ctx) => ctx.get("a")],
  ["ctx.stateKeys", (ctx) => ctx.stateKeys()],
  ["ctx.set", (ctx) => ctx.set("a", 1)],
  ["ctx.clear", (ctx) => ctx.clear("a")],
  ["ctx.clearAll", (ctx) => ctx.clearAll()],
  ["ctx.awakeable", (ctx) => ctx.awakeable()],
  ["ctx.resolveAwakeable", (ctx) => ctx.resolveAwakeable("a")],
  ["ctx.rejectAwakeable", (ctx) => ctx.rejectAwakeable("a", "no")],
  ["A call", (ctx) => ctx.genericCall(call)],
  ["A call", (ctx) => ctx.serviceClient<{ b(): Promise<void> }>({ name: "A" }).b()],
  ["A send", (ctx) => ctx.genericSend(call)],
  ["ctx.signal", (ctx) => ctx.signal("a")],
  ["signal.resolve", (ctx) => ctx.invocation(inv2).signal("a").resolve(1)],
  ["signal.reject", (ctx) => ctx.invocation(inv2).signal("a").reject("no")],
  ["ctx.cancel", (ctx) => ctx.invocation(inv2).cancel()],
  ["ctx.attach", (ctx) => ctx.invocation(inv2).attach()],
  ["promise.get", (ctx) => ctx.promise("a").get()],
  ["promise.get", (ctx) => ctx.promise("a").then(undefined)],
  ["promise.peek", (ctx) => ctx.promise("a").peek()],
  ["promise.resolve", (ctx) => ctx.promise("a").resolve(1)],
  ["promise.reject", (ctx) => ctx.promise("a").reject("no")],
  ["ctx.cancellation", (ctx) => ctx.cancellation()],
  ["ctx.cancelPreviousCalls", (ctx) => ctx.cancelPreviousCalls()],
  ["ctx.rand.random", (ctx) => ctx.rand.random()],
  ["ctx.rand.uuidv4", (ctx) => ctx.rand.uuidv4()],
];

describe("inside a run action, the context is refused", () => {
  test.each(operations)("%s", async (operation, use) => {
    const attempt = startAttempt((ctx) => ctx.run("step", () => use(ctx) as undefined));
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", relatedCommandName: "step" });
    const { message } = attempt.last as { message: string };
    expect(message).toContain(`${operation} was used inside the action of ctx.run "step"`);
    expect(commandsOf(attempt.sent)).toHaveLength(1);
  });

  test("also in its asynchronous parts", async () => {
    const attempt = startAttempt((ctx) =>
      ctx.run(async () => {
        await pause();
        await Promise.all([pause().then(() => ctx.sleep(1))]);
      }),
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error" });
    expect((attempt.last as { message: string }).message).toContain(
      "inside the action of a ctx.run,",
    );
  });

  test("also in what a thenable does", async () => {
    const attempt = startAttempt((ctx) =>
      ctx.run("query", () => ({
        then: (resolve: () => void) => {
          ctx.set("a", 1);
          resolve();
        },
      })),
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", relatedCommandName: "query" });
  });

  test("also while another run is executing", async () => {
    const attempt = startAttempt((ctx) =>
      Promise.all([
        ctx.run("good", async () => {
          await pause();
          await pause();
        }),
        ctx.run("bad", async () => {
          await pause();
          ctx.set("a", 1);
        }),
      ]),
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Error", relatedCommandName: "bad" });
  });

  test("and user code may catch it there", async () => {
    const attempt = startAttempt(
      (ctx) =>
        ctx.run(() => {
          try {
            ctx.set("a", 1);
            return "set";
          } catch {
            return "refused";
          }
        }),
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("refused");
  });
});

describe("the context is not refused", () => {
  test("to a handler while a run is executing", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        const slow = ctx.run("slow", async () => {
          for (let turn = 0; turn < 5; turn++) await pause();
          return "slow";
        });
        const fast = ctx.sleep(1).then(() => {
          ctx.set("a", 1);
          return ctx.rand.random();
        });
        return [await slow, typeof (await fast)];
      },
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["slow", "number"]);
  });

  test("to code that goes on after a run", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        await ctx.run(() => 1).then(() => ctx.set("a", 1));
        await ctx.run(async () => pause());
        ctx.set("b", 1);
        return "done";
      },
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("done");
  });

  test("to code that a run has started and not awaited, once the run is over", async () => {
    let late: Promise<unknown> | undefined;
    const attempt = startAttempt(
      async (ctx) => {
        await ctx.run(() => {
          late = pause()
            .then(pause)
            .then(pause)
            .then(() => ctx.set("a", 1));
        });
        await ctx.sleep(1);
        await late;
        return "done";
      },
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("done");
  });

  test("to code that a failed run has started, once the run is over", async () => {
    let late: Promise<unknown> | undefined;
    const attempt = startAttempt(
      async (ctx) => {
        const failed = ctx.run(() => {
          late = pause()
            .then(pause)
            .then(pause)
            .then(() => ctx.set("a", 1));
          throw new TerminalError("no");
        });
        await failed.catch(() => undefined);
        await late;
        return "done";
      },
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toBe("done");
  });

  test("to the handler of another invocation that a run waits for", async () => {
    const outer = startAttempt(
      (ctx) =>
        ctx.run(async () => {
          const inner = startAttempt((innerCtx) => innerCtx.run(() => "inner"), {
            respond: obliging(6),
          });
          await inner.rest();
          return inner.output;
        }),
      { respond: obliging(6) },
    );
    await outer.rest();
    await outer.rest();
    expect(outer.output).toBe("inner");
  });

  test("for what reads no journal: request, key, console, ids", async () => {
    const attempt = startAttempt(
      (ctx) =>
        ctx.run(() => {
          ctx.console.info("inside");
          void ctx.promise("a");
          ctx.invocation(inv2).signal("a");
          return [ctx.key, ctx.request().id];
        }),
      { respond: obliging(6) },
    );
    await attempt.rest();
    expect(attempt.output).toEqual(["Ada", "inv_1"]);
  });
});

describe("after the handler has ended, the context", () => {
  const late = (use: (ctx: HandlerContext) => unknown) =>
    startAttempt((ctx) => {
      void pause().then(() => use(ctx));
      return "done";
    });

  test.each(operations.filter(([name]) => !name.startsWith("ctx.rand")))(
    "has no effect and warns: %s",
    async (operation, use) => {
      const attempt = late(use);
      await attempt.rest();
      expect(attempt.output).toBe("done");
      expect(attempt.sent).toHaveLength(2);
      const warnings = attempt.logs.filter(({ level }) => level === RestateLogLevel.WARN);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.text).toContain(`${operation} was used after the handler had ended`);
      expect((warnings[0]?.line[0] as Error).stack).toContain("invocation-scope.test.ts");
    },
  );

  test("warns once, and its promises stay pending", async () => {
    let settled = false;
    const attempt = late(async (ctx) => {
      ctx.set("a", 1);
      ctx.set("b", 1);
      await ctx.sleep(1).finally(() => (settled = true));
    });
    await attempt.rest();
    expect(settled).toBe(false);
    expect(attempt.logs.filter(({ level }) => level === RestateLogLevel.WARN)).toHaveLength(1);
  });

  test("of an attempt that suspended says nothing: its code is abandoned, not wrong", async () => {
    const attempt = startAttempt(
      async (ctx) => {
        void pause()
          .then(pause)
          .then(pause)
          .then(pause)
          .then(() => ctx.set("a", 1));
        await ctx.sleep(1);
      },
      { closeInput: true },
    );
    await attempt.rest();
    expect(attempt.last).toMatchObject({ type: "Suspension" });
    expect(attempt.logs.filter(({ level }) => level === RestateLogLevel.WARN)).toEqual([]);
  });
});
