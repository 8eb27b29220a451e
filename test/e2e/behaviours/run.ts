/** Durable steps: executed until they succeed or give up, recorded once, never repeated after that. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const executions = new Tally();
const attempts = new Tally();

/** Real work, as far as a promise can tell. */
const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const quickly = { initialRetryInterval: 5, maxRetryInterval: 20 };

const steps = restate.service({
  name: "Steps",
  handlers: {
    results: async (ctx: restate.Context) => [
      await ctx.run(() => "sync"),
      await ctx.run(async () => "async"),
      await ctx.run("named", async () => {
        await macrotask();
        return { nested: [1, null, "x"] };
      }),
      await ctx.run("void", () => undefined).map((value) => String(value)),
      await ctx.run("null", () => null),
      [...(await ctx.run("bytes", () => new Uint8Array([7, 8]), { serde: restate.serde.binary }))],
    ],

    retriedHandler: async (ctx: restate.Context, key: string) => {
      const first = await ctx.run("first", () => executions.hit(key));
      await ctx.sleep(1);
      const second = await ctx.run("second", () => executions.hit(key));
      if (attempts.hit(key) < 3) throw new Error("not yet");
      return [first, second];
    },

    flaky: async (ctx: restate.Context, { key, failures }: { key: string; failures: number }) =>
      ctx.run("flaky", async () => {
        await macrotask();
        const execution = executions.hit(key);
        if (execution <= failures) throw new Error(`failure ${execution}`);
        return execution;
      }),

    givesUpAfter: async (ctx: restate.Context, { key, max }: { key: string; max: number }) => {
      try {
        await ctx.run(
          "hopeless",
          () => {
            throw new Error(`failure ${executions.hit(key)}`);
          },
          { ...quickly, maxRetryAttempts: max },
        );
        return "succeeded";
      } catch (error) {
        return error instanceof restate.TerminalError ? `gave up: ${error.message}` : "other error";
      }
    },

    givesUpInTime: async (ctx: restate.Context, key: string) => {
      await ctx.run(
        "slow failure",
        () => {
          executions.hit(key);
          throw new Error("never works");
        },
        { ...quickly, maxRetryDuration: { milliseconds: 150 } },
      );
    },

    terminal: async (ctx: restate.Context, key: string) => {
      try {
        await ctx.run("terminal", () => {
          executions.hit(key);
          throw new restate.TerminalError("no such user", {
            errorCode: 404,
            metadata: { user: "ada" },
          });
        });
        return undefined;
      } catch (error) {
        const { code, message, metadata } = error as restate.TerminalError;
        const terminal = error instanceof restate.TerminalError;
        return { terminal, code, message, metadata, next: await ctx.run(() => "goes on") };
      }
    },

    backsOff: async (ctx: restate.Context, { key, afterMs }: { key: string; afterMs: number }) => {
      const times: number[] = await ctx.run("back off", async () => {
        const seen = [...(timesByKey.get(key) ?? []), Date.now()];
        timesByKey.set(key, seen);
        if (seen.length === 1) {
          throw new restate.RetryableError("busy", { retryAfter: { milliseconds: afterMs } });
        }
        return seen;
      });
      return times;
    },

    parallel: async (ctx: restate.Context, { key, width }: { key: string; width: number }) => {
      const runs = Array.from({ length: width }, (_, index) =>
        ctx.run(`part ${index}`, async () => {
          await macrotask();
          executions.hit(key);
          return index;
        }),
      );
      return restate.RestatePromise.all(runs);
    },

    sequential: async (ctx: restate.Context, length: number) => {
      let sum = 0;
      for (let i = 1; i <= length; i++) sum += await ctx.run(`add ${i}`, () => i);
      return sum;
    },

    /** The variable counts executions since the last replay, not since the start. */
    countInMemory: async (ctx: restate.Context, times: number) => {
      let count = 0;
      for (let i = 0; i < times; i++) {
        await ctx.run(() => {
          count++;
        });
      }
      return count;
    },

    caughtAndCompensated: async (ctx: restate.Context, key: string) => {
      const undo: (() => restate.RestatePromise<string>)[] = [];
      try {
        undo.push(() => ctx.run("undo flight", () => "flight cancelled"));
        await ctx.run("book flight", () => executions.hit(key));
        undo.push(() => ctx.run("undo hotel", () => "hotel cancelled"));
        await ctx.run("book hotel", () => {
          throw new restate.TerminalError("no rooms");
        });
        return ["booked"];
      } catch (error) {
        if (!(error instanceof restate.TerminalError)) throw error;
        const undone: string[] = [];
        for (const step of undo.reverse()) undone.push(await step());
        return undone;
      }
    },
  },
});

const timesByKey = new Map<string, number[]>();

export const run: Behaviour = {
  name: "run",
  services: [steps],
  tests: (world) => {
    recordingTests(world);
    retryTests(world);
  },
};

function recordingTests(world: World): void {
  it("the result of a step is what its closure returned", async () => {
    expect(await world.ingress.call("Steps/results")).toEqual([
      "sync",
      "async",
      { nested: [1, null, "x"] },
      "undefined",
      null,
      [7, 8],
    ]);
  });

  it("a recorded step is not executed again when its handler is retried", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Steps/retriedHandler", key)).toEqual([1, 2]);
    expect(executions.count(key)).toBe(2);
  });

  it("the names of steps are in the journal", async () => {
    const { invocationId } = await world.ingress.send("Steps/sequential", 2);
    await world.ingress.attach(invocationId);
    const journal = await world.admin.journal(invocationId);
    const runs = journal.filter(({ entry_type }) => entry_type === "Command: Run");
    expect(runs.map(({ name }) => name)).toEqual(["add 1", "add 2"]);
  });

  it("steps started together are each executed once", async () => {
    const key = uniqueKey();
    const width = 20;
    expect(await world.ingress.call("Steps/parallel", { key, width })).toEqual(
      Array.from({ length: width }, (_, i) => i),
    );
    expect(executions.count(key)).toBe(width);
  });

  it("a hundred steps in a row are recorded", async () => {
    expect(await world.ingress.call("Steps/sequential", 100)).toBe(5050);
  });

  if (world.mode.server?.inactivityTimeout === "0s") {
    it("a step suspends until its result is stored", async () => {
      expect(await world.ingress.call("Steps/countInMemory", 3)).toBe(0);
    });
  }
}

function retryTests(world: World): void {
  it("a failing step is retried until it succeeds", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Steps/flaky", { key, failures: 3 })).toBe(4);
    expect(executions.count(key)).toBe(4);
  });

  it("the failure of a step is shown with its name while it is retried", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Steps/flaky", { key, failures: 1_000_000 });
    await eventually(async () => {
      const row = await world.admin.invocation(invocationId);
      expect(row.last_failure).toContain("failure");
      expect(row.last_failure_related_command_name).toBe("flaky");
    });
    await world.admin.kill(invocationId);
  });

  it.for([1, 3])("a step gives up after %i executions with a terminal error", async (max) => {
    const key = uniqueKey();
    expect(await world.ingress.call("Steps/givesUpAfter", { key, max })).toContain(
      `gave up: failure ${max}`,
    );
    expect(executions.count(key)).toBe(max);
  });

  it("a step gives up when its time is over", async () => {
    const key = uniqueKey();
    const error = await ingressErrorOf(world.ingress.call("Steps/givesUpInTime", key));
    expect(error.message).toContain("never works");
    expect(executions.count(key)).toBeGreaterThan(1);
  });

  it("a terminal error of a step is thrown at once, with code and metadata, and can be caught", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Steps/terminal", key)).toEqual({
      terminal: true,
      code: 404,
      message: "no such user",
      metadata: { user: "ada" },
      next: "goes on",
    });
    expect(executions.count(key)).toBe(1);
  });

  it("a step that asks for a delay is not retried before", async () => {
    const afterMs = 300;
    const times = await world.ingress.call<[number, number]>("Steps/backsOff", {
      key: uniqueKey(),
      afterMs,
    });
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(afterMs);
  });

  it("compensations run as steps of their own after a terminal error", async () => {
    expect(await world.ingress.call("Steps/caughtAndCompensated", uniqueKey())).toEqual([
      "hotel cancelled",
      "flight cancelled",
    ]);
  });
}
