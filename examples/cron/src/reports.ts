/** A job to run on a schedule: an object, so that two runs never overlap, however long one takes. */
import * as restate from "@restatedev/restate-sdk";
import type { Run } from "./job.js";

interface ReportsState {
  builtFor: string[];
}

export const reports = restate.object({
  name: "Reports",
  handlers: {
    build: async (ctx: restate.ObjectContext<ReportsState>, { dueAt }: Run): Promise<void> => {
      ctx.set("builtFor", [...((await ctx.get("builtFor")) ?? []), dueAt]);
    },

    /** The times for which there is a report. */
    list: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<ReportsState>): Promise<string[]> =>
        (await ctx.get("builtFor")) ?? [],
    ),
  },
});
