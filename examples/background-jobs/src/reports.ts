/** Jobs in the background: started now or at a given time, once for each order, awaited later, or cancelled. */
import * as restate from "@restatedev/restate-sdk";
import { readFigures, save } from "./files.js";

export interface ReportOrder {
  /** Chosen by whoever orders; the same order is carried out once, however often it is sent. */
  readonly order: string;
  readonly customer: string;
  readonly month: string;
}

export interface ScheduledOrder extends ReportOrder {
  /** When to start, as ISO 8601. */
  readonly at: string;
}

export const reports = restate.service({
  name: "Reports",
  handlers: {
    // The job. There is nothing special about it: any handler can be called now, or sent for later.
    create: async (ctx: restate.Context, { order, customer, month }: ReportOrder) => {
      const figures = await ctx.run("read the figures", () => readFigures(customer, month));
      const total = figures.reduce((sum, figure) => sum + figure, 0);
      const file = `${order}.txt`;
      await ctx.run("save the report", () => save(file, `${customer}, ${month}: ${total}`));
      return file;
    },

    // Has the job started at a time of the caller's choosing, in a second or in a year, and returns its id at once.
    // Nothing has to be kept running until then: the message waits in Restate.
    schedule: async (ctx: restate.Context, { at, ...order }: ScheduledOrder): Promise<string> => {
      const time = Date.parse(at);
      if (Number.isNaN(time)) {
        throw new restate.TerminalError(`"${at}" is no time`, { errorCode: 400 });
      }
      // Recorded, so that a replay sends the same message. What should have begun already begins now.
      const delay = Math.max(0, time - (await ctx.date.now()));
      const job = ctx
        .serviceSendClient<typeof reports>({ name: "Reports" })
        .create(order, restate.rpc.sendOpts({ delay, idempotencyKey: order.order }));
      return job.invocationId;
    },

    // Waits for a job that somebody has started, by its id, and fails as it fails. While it waits, it is suspended.
    collect: async (ctx: restate.Context, id: string): Promise<string> =>
      ctx.invocation(jobId(id)).attach<string>(),

    // A job that has not begun never will; Restate forgets it, and the order can be placed again. One that has begun is
    // asked to stop at its next step. Whoever is collecting gets an error with code 409.
    cancel: async (ctx: restate.Context, id: string): Promise<void> => {
      ctx.invocation(jobId(id)).cancel();
    },
  },
  options: {
    retryPolicy: { initialInterval: { milliseconds: 50 } },
    // How long a finished job can be collected, and an order that is sent again be recognised.
    idempotencyRetention: { days: 30 },
  },
});

function jobId(id: string): restate.InvocationId {
  // Refused here: with an id that cannot be one, no attempt would ever succeed.
  if (!/^inv_\w+$/.test(id)) {
    throw new restate.TerminalError(`"${id}" is no job`, { errorCode: 400 });
  }
  return restate.InvocationIdParser.fromString(id);
}
