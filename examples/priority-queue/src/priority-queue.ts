/** A virtual object: a queue for every key, which lets so many jobs in at a time, the most urgent first. */
import * as restate from "@restatedev/restate-sdk";

/** Stands for a job that runs elsewhere: the object only says when. */
export interface Entry {
  /** The id of an awakeable, which is resolved when the job may start. */
  readonly waiter: string;
  /** 1 goes before 2. Among equals, first come, first served. */
  readonly priority: number;
  /** For people who look at the queue. */
  readonly name: string;
}

export interface Overview {
  readonly inFlight: readonly Entry[];
  /** In the order in which they will start. */
  readonly waiting: readonly Entry[];
}

interface QueueState {
  /** How many jobs may be in flight. Default: 1. */
  concurrency: number;
  inFlight: readonly Entry[];
  waiting: readonly Entry[];
}

type Queue = restate.ObjectContext<QueueState>;

export const priorityQueue = restate.object({
  name: "PriorityQueue",
  handlers: {
    push: async (ctx: Queue, entry: Entry): Promise<void> => {
      ctx.set("waiting", insert((await ctx.get("waiting")) ?? [], entry));
      await start(ctx);
    },

    /** Of a job that has ended, or will not start after all. Coming twice does no harm. */
    done: async (ctx: Queue, waiter: string): Promise<void> => {
      ctx.set("inFlight", without((await ctx.get("inFlight")) ?? [], waiter));
      ctx.set("waiting", without((await ctx.get("waiting")) ?? [], waiter));
      await start(ctx);
    },

    /** Whether it was in time: a job that has started cannot be moved. */
    move: async (ctx: Queue, { name, priority }: Omit<Entry, "waiter">): Promise<boolean> => {
      const waiting = (await ctx.get("waiting")) ?? [];
      const entry = waiting.find((each) => each.name === name);
      if (entry === undefined) return false;
      ctx.set("waiting", insert(without(waiting, entry.waiter), { ...entry, priority }));
      return true;
    },

    resize: async (ctx: Queue, concurrency: number): Promise<void> => {
      if (!Number.isSafeInteger(concurrency) || concurrency < 0) {
        throw new restate.TerminalError(`${concurrency} jobs cannot be in flight`, {
          errorCode: 400,
        });
      }
      ctx.set("concurrency", concurrency);
      await start(ctx);
    },

    overview: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<QueueState>): Promise<Overview> => ({
        inFlight: (await ctx.get("inFlight")) ?? [],
        waiting: (await ctx.get("waiting")) ?? [],
      }),
    ),
  },
});

/** Starts what may start. It does not wait for the end of a job: that is a message of its own, `done`. */
async function start(ctx: Queue): Promise<void> {
  const { inFlight, waiting } = {
    inFlight: (await ctx.get("inFlight")) ?? [],
    waiting: (await ctx.get("waiting")) ?? [],
  };
  const free = Math.max(0, ((await ctx.get("concurrency")) ?? 1) - inFlight.length);
  const starting = waiting.slice(0, free);
  for (const { waiter } of starting) ctx.resolveAwakeable(waiter);
  ctx.set("inFlight", [...inFlight, ...starting]);
  ctx.set("waiting", waiting.slice(free));
}

/** Behind all that are as urgent. */
function insert(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const behind = entries.findIndex(({ priority }) => priority > entry.priority);
  return behind < 0 ? [...entries, entry] : entries.toSpliced(behind, 0, entry);
}

function without(entries: readonly Entry[], waiter: string): readonly Entry[] {
  return entries.filter((entry) => entry.waiter !== waiter);
}
