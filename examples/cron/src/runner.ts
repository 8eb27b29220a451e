/** Starts a run, and is no part of the job: a target that does not exist is tried again here, where it keeps no key. */
import * as restate from "@restatedev/restate-sdk";
import type { Run, Target } from "./job.js";

export const cronRunner = restate.service({
  name: "CronRunner",
  handlers: {
    start: async (ctx: restate.Context, { target, run }: { target: Target; run: Run }) => {
      const { service, handler: method, key } = target;
      const inputSerde = restate.serde.json;
      ctx.genericSend({
        service,
        method,
        ...(key !== undefined && { key }),
        parameter: run,
        inputSerde,
      });
    },
  },
  options: { ingressPrivate: true },
});
