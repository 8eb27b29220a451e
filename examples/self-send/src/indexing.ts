/** A virtual object that works for long and is never busy for long: it does one step, and sends itself a message for the next. */
import * as restate from "@restatedev/restate-sdk";
import { searchIndex } from "./search-index.js";

export interface Job {
  readonly pages: number;
  /** Between two pages, so that the search engine has time for searches. Default: none. */
  readonly rest?: restate.Duration;
}

export type Status = "idle" | "running" | "paused";

export interface Progress {
  readonly status: Status;
  readonly done: number;
}

interface IndexingState extends Progress {
  job: Job;
  /** Which chain of messages is the current one. What an earlier one has left behind means nothing. */
  chain: number;
}

type Indexing = restate.ObjectContext<IndexingState>;

export const indexing = restate.object({
  name: "Indexing",
  handlers: {
    start: async (ctx: Indexing, job: Job): Promise<void> => {
      const status = await ctx.get("status");
      if (status === "running" || status === "paused") {
        throw new restate.TerminalError(`${ctx.key} is ${status}`, { errorCode: 409 });
      }
      ctx.set("job", job);
      ctx.set("done", 0);
      await begin(ctx);
    },

    step: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: Indexing, chain: number): Promise<void> => {
        const [job, done] = [await ctx.get("job"), (await ctx.get("done")) ?? 0];
        const isCurrent = (await ctx.get("chain")) === chain;
        if (job === null || !isCurrent || (await ctx.get("status")) !== "running") return;

        await ctx.run("index a page", () => searchIndex.add(ctx.key, done + 1));
        ctx.set("done", done + 1);
        if (done + 1 >= job.pages) ctx.set("status", "idle");
        else continueLater(ctx, { chain, rest: job.rest ?? {} });
      },
    ),

    // Between two steps. A loop in one handler would keep the key, and this would come too late to be of use.
    pause: async (ctx: Indexing): Promise<Progress> => {
      if ((await ctx.get("status")) === "running") ctx.set("status", "paused");
      return progressOf(ctx);
    },

    resume: async (ctx: Indexing): Promise<Progress> => {
      if ((await ctx.get("status")) === "paused") await begin(ctx);
      return progressOf(ctx);
    },

    progress: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<IndexingState>): Promise<Progress> => progressOf(ctx),
    ),
  },
});

/** A new chain: a message of the old one may still be on its way, and must not become a second chain. */
async function begin(ctx: Indexing): Promise<void> {
  const chain = ((await ctx.get("chain")) ?? 0) + 1;
  ctx.set("chain", chain);
  ctx.set("status", "running");
  continueLater(ctx, { chain, rest: {} });
}

/**
 * A message, not a call. To await a call of the own key would be to wait for a handler that waits for this one to end: a
 * deadlock. The message is delivered when this handler is over, after those that came before it.
 */
function continueLater(
  ctx: Indexing,
  { chain, rest }: { readonly chain: number; readonly rest: restate.Duration },
): void {
  ctx.objectSendClient(indexing, ctx.key).step(chain, restate.rpc.sendOpts({ delay: rest }));
}

async function progressOf(ctx: restate.ObjectSharedContext<IndexingState>): Promise<Progress> {
  return { status: (await ctx.get("status")) ?? "idle", done: (await ctx.get("done")) ?? 0 };
}
