/** What the clients call: a service whose requests carry idempotency keys, and a workflow, whose key is enough. */
import { randomInt } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { bank } from "./bank.js";

export interface Payout {
  /** Made by who wants the payout, once, and stored with it: every request for it carries the same. */
  readonly id: string;
  readonly account: string;
  readonly cents: number;
  /** How long the bank is to wait before it pays. Default: not at all. */
  readonly after?: restate.Duration;
}

export interface Receipt {
  readonly transferId: string;
  readonly cents: number;
}

export const payouts = restate.service({
  name: "Payouts",
  handlers: {
    pay: async (ctx: restate.Context, { account, cents, after }: Payout): Promise<Receipt> => {
      // The same for every attempt of this invocation, so the bank knows a transfer that it has made already.
      const transferId = ctx.rand.uuidv4();
      if (after !== undefined) await ctx.sleep(after);
      const transfer = { id: transferId, account, cents };
      const answer = await ctx.run("transfer", () => bank.transfer(transfer), {
        initialRetryInterval: { milliseconds: 100 },
      });
      if (answer === "no such account") {
        throw new restate.TerminalError(`There is no account ${account}`, { errorCode: 422 });
      }
      return { transferId, cents };
    },
  },
  // A client that asks again later than this pays again. Longer than any client retries, and any queue delays.
  options: { idempotencyRetention: { days: 7 } },
});

export const accountOpening = restate.workflow({
  name: "AccountOpening",
  handlers: {
    /** The key is the customer: whoever submits first opens the account, everybody else gets its number. */
    run: async (ctx: restate.WorkflowContext, owner: string): Promise<string> => {
      const digits = await ctx.run("choose a number", () => randomInt(1_000_000));
      return `${owner} ${String(digits).padStart(6, "0")}`;
    },
  },
});
