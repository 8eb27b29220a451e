/** The code of docs/timers.md. */
import * as restate from "@restatedev/restate-sdk";

export const invoice = restate.workflow({
  name: "Invoice",
  handlers: {
    run: async (ctx: restate.WorkflowContext, due: { cents: number }) => {
      const payment = ctx.promise<string>("paid").get();
      for (const days of [14, 7, 3]) {
        const next = await restate.RestatePromise.select({
          payment,
          reminder: ctx.sleep({ days }),
        });
        if (next.tag === "payment") return `paid: ${next.value}`;
        await ctx.run("remind", () => remind(ctx.key, due.cents));
      }
      return "handed to collection";
    },

    paid: async (ctx: restate.WorkflowSharedContext, receipt: string) => {
      await ctx.promise<string>("paid").resolve(receipt);
    },
  },
});

export const backup = restate.object({
  name: "Backup",
  handlers: {
    start: async (ctx: restate.ObjectContext<BackupState>, everyMs: number) => {
      if ((await ctx.get("everyMs")) !== null) return; // It runs already.
      ctx.set("everyMs", everyMs);
      await scheduleNext(ctx, everyMs);
    },

    // One short invocation for each run: nothing waits in between, and each starts on the newest code.
    tick: async (ctx: restate.ObjectContext<BackupState>) => {
      const everyMs = await ctx.get("everyMs");
      if (everyMs === null) return; // Stopped meanwhile.
      await scheduleNext(ctx, everyMs); // First of all: a run that fails does not end the schedule.
      await ctx.run("back up", () => makeBackup(ctx.key), { maxRetryAttempts: 5 });
    },

    stop: async (ctx: restate.ObjectContext<BackupState>) => {
      const next = await ctx.get("next");
      if (next !== null) ctx.invocation(restate.InvocationIdParser.fromString(next)).cancel();
      ctx.clearAll();
    },
  },
});

interface BackupState {
  everyMs: number;
  /** The invocation of the next tick. */
  next: string;
}

async function scheduleNext(
  ctx: restate.ObjectContext<BackupState>,
  everyMs: number,
): Promise<void> {
  const self = ctx.objectSendClient<Ticking>({ name: "Backup" }, ctx.key);
  const next = self.tick(restate.rpc.sendOpts({ delay: everyMs }));
  ctx.set("next", await next.invocationId);
}

/** What an object knows of itself, since its own type is not inferred yet where its handlers are. */
type Ticking = { tick: (ctx: unknown) => Promise<void> };

export const clock = restate.service({
  name: "Clock",
  handlers: {
    atNoon: async (ctx: restate.Context, day: string) => {
      const wait = Date.parse(`${day}T12:00:00Z`) - (await ctx.date.now());
      if (wait > 0) await ctx.sleep(wait);
      return ctx.date.toJSON();
    },
  },
});

async function remind(_customer: string, _cents: number): Promise<void> {}
async function makeBackup(_database: string): Promise<void> {}
