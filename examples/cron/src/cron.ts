/** An object that sends a message at the times of a cron expression: one key for each job, no process that has to stay up. */
import * as restate from "@restatedev/restate-sdk";
import { assertSchedule, type Job, type JobStatus } from "./job.js";
import { cronRunner } from "./runner.js";
import { nextAfter, parseSchedule } from "./schedule.js";

interface CronState {
  job: Job;
  isPaused: boolean;
  nextRunAt: number;
  runs: number;
  /** How often the plan was changed. It outlives the job: a tick of a job that is gone must not fit its successor. */
  generation: number;
}

interface Tick {
  readonly generation: number;
  readonly dueAt: number;
}

type Ctx = restate.ObjectContext<CronState>;

export const cron = restate.object({
  name: "Cron",
  handlers: {
    /** Starts the job, or changes it. */
    schedule: async (ctx: Ctx, job: Job): Promise<void> => {
      assertSchedule(job);
      ctx.set("job", job);
      ctx.set("isPaused", false);
      ctx.set("runs", (await ctx.get("runs")) ?? 0);
      await planNext(ctx, job, { generation: await newGeneration(ctx), after: 0 });
    },

    pause: async (ctx: Ctx): Promise<void> => {
      await jobOf(ctx);
      await newGeneration(ctx);
      ctx.set("isPaused", true);
    },

    resume: async (ctx: Ctx): Promise<void> => {
      const job = await jobOf(ctx);
      if ((await ctx.get("isPaused")) !== true) return;
      ctx.set("isPaused", false);
      const dueAt = (await ctx.get("nextRunAt")) ?? 0;
      const wasMissed = dueAt <= (await ctx.date.now());
      if (wasMissed && job.missedRuns === "catch up once") await run(ctx, job, dueAt);
      const after = wasMissed ? dueAt : dueAt - 1;
      await planNext(ctx, job, { generation: await newGeneration(ctx), after });
    },

    cancel: async (ctx: Ctx): Promise<void> => {
      const generation = await newGeneration(ctx);
      ctx.clearAll();
      ctx.set("generation", generation);
    },

    /**
     * Sent by the job to itself. Nothing waits meanwhile: a handler that slept until the next run would keep the key, and
     * everybody else from pausing the job.
     */
    tick: restate.handlers.object.exclusive(
      // The clock goes on when everything has been down for a night or a month.
      { ingressPrivate: true, retryPolicy: { maxAttempts: 100_000, maxInterval: { minutes: 1 } } },
      async (ctx: Ctx, { generation, dueAt }: Tick): Promise<void> => {
        // Paused, cancelled or changed since this was sent: somebody else ticks now, or nobody.
        if (generation !== (await ctx.get("generation"))) return;
        const job = await jobOf(ctx);
        const wasMissed = nextAfter(parseSchedule(job.schedule), dueAt) <= (await ctx.date.now());
        if (!wasMissed || job.missedRuns === "catch up once") await run(ctx, job, dueAt);
        await planNext(ctx, job, { generation, after: dueAt });
      },
    ),

    status: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<CronState>): Promise<JobStatus> => ({
        job: await jobOf(ctx),
        isPaused: (await ctx.get("isPaused")) ?? false,
        nextRun: new Date((await ctx.get("nextRunAt")) ?? 0).toISOString(),
        runs: (await ctx.get("runs")) ?? 0,
      }),
    ),
  },
});

/**
 * Sends the one tick that counts; those of older generations will be ignored. The clock of this process may be behind that
 * of the server: what is due at `after` or before is not planned again.
 */
async function planNext(
  ctx: Ctx,
  { schedule }: Job,
  { generation, after }: { readonly generation: number; readonly after: number },
): Promise<void> {
  const now = await ctx.date.now();
  const dueAt = nextAfter(parseSchedule(schedule), Math.max(now, after));
  ctx.set("nextRunAt", dueAt);
  ctx
    .objectSendClient<typeof cron>({ name: "Cron" }, ctx.key)
    .tick({ generation, dueAt }, restate.rpc.sendOpts({ delay: dueAt - now }));
}

/** A message, not a call: a run that takes long or fails keeps neither the key nor the next run. */
async function run(ctx: Ctx, { target, input }: Job, dueAt: number): Promise<void> {
  const dueTime = new Date(dueAt).toISOString();
  ctx.serviceSendClient(cronRunner).start({ target, run: { job: ctx.key, dueAt: dueTime, input } });
  ctx.set("runs", ((await ctx.get("runs")) ?? 0) + 1);
}

async function newGeneration(ctx: Ctx): Promise<number> {
  const generation = ((await ctx.get("generation")) ?? 0) + 1;
  ctx.set("generation", generation);
  return generation;
}

async function jobOf(ctx: restate.ObjectSharedContext<CronState>): Promise<Job> {
  const job = await ctx.get("job");
  if (job !== null) return job;
  throw new restate.TerminalError(`There is no job ${ctx.key}`, { errorCode: 404 });
}
