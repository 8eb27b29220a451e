/** A job to run on a schedule: an object, so that two runs never overlap, however long one takes. */
import * as restate from "@restatedev/restate-sdk";
import type { Run } from "./job.js";

interface DigestsState {
  builtFor: string[];
}

export const digests = restate.object({
  name: "Digests",
  handlers: {
    build: async (ctx: restate.ObjectContext<DigestsState>, { dueAt }: Run): Promise<void> => {
      ctx.set("builtFor", [...((await ctx.get("builtFor")) ?? []), dueAt]);
    },

    /** The times for which there is a digest. */
    list: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<DigestsState>): Promise<string[]> =>
        (await ctx.get("builtFor")) ?? [],
    ),
  },
});
