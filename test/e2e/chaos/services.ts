/** Services whose process or server is killed under them. What they do to the outside world is a line in a file. */
import { appendFileSync, readFileSync } from "node:fs";
import * as restate from "@restatedev/restate-sdk";

/** A side effect that survives the process, and how often it happened so far. */
function effect(line: string): number {
  const file = process.env["EFFECTS_FILE"];
  if (file === undefined) throw new Error("EFFECTS_FILE is not set");
  appendFileSync(file, `${line}\n`);
  return effectsIn(file).filter((each) => each === line).length;
}

/** The lines that were written, in order. */
export function effectsIn(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").slice(0, -1);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const tally = restate.object({
  name: "ChaosTally",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ count: number }>, amount: number) => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },
    count: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ count: number }>) => (await ctx.get("count")) ?? 0,
    ),
  },
});

const victim = restate.service({
  name: "Victim",
  handlers: {
    /** Its second step never ends the first time it is executed. */
    stuckOnce: async (ctx: restate.Context, key: string) => {
      const first = await ctx.run("first", () => effect(`${key} first`));
      const second = await ctx.run("second", async () => {
        const execution = effect(`${key} second`);
        if (execution === 1) await pause(3_600_000);
        return execution;
      });
      return [first, second];
    },

    sleepy: async (ctx: restate.Context, { key, ms }: { key: string; ms: number }) => {
      const before = await ctx.date.now();
      effect(`${key} asleep`);
      await ctx.sleep(ms);
      return (await ctx.date.now()) - before;
    },

    waiting: async (ctx: restate.Context, key: string) => {
      const { id, promise } = ctx.awakeable<string>();
      await ctx.run("tell the id", () => effect(`${key} ${id}`));
      return promise;
    },

    /** Steps, timers, calls and concurrent branches, long enough to be killed several times. */
    journey: async (ctx: restate.Context, key: string) => {
      let sum = 0;
      for (let leg = 0; leg < 5; leg++) {
        sum += await ctx.run(`leg ${leg}`, async () => {
          await pause(20);
          effect(`${key} leg ${leg}`);
          return leg;
        });
        await ctx.sleep(30);
        const [added] = await restate.RestatePromise.all([
          ctx.objectClient(tally, key).add(1),
          ctx.run("aside", () => effect(`${key} aside ${leg}`)),
        ]);
        sum += added;
      }
      return sum;
    },

    /** Tells when its attempt is over, whatever ended it. */
    watchful: async (ctx: restate.Context, key: string) => {
      ctx.request().attemptCompletedSignal.addEventListener("abort", () => {
        effect(`${key} attempt over`);
      });
      return ctx.run("step", async () => {
        if (effect(`${key} step`) === 1) await pause(3_600_000);
        return "done";
      });
    },
  },
});

export const services = [tally, victim];
