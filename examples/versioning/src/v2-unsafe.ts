/** Another second version, with a new step before the signature. No loan that waits for it has that step in its journal. */
import * as restate from "@restatedev/restate-sdk";
import { checkIdentity, payOut, rate, type Application, type Loan, type Stage } from "./bank.js";

interface LoanState {
  stage: Stage;
}

export const loan = restate.workflow({
  name: "Loan",
  handlers: {
    run: async (
      ctx: restate.WorkflowContext<LoanState>,
      application: Application,
    ): Promise<Loan> => {
      const { applicant, cents, signWithin = { days: 90 } } = application;
      const isKnown = await ctx.run("check the identity", () => checkIdentity(applicant));
      if (!isKnown) throw new restate.TerminalError("Not to a stranger");
      const rating = await ctx.run("rate the applicant", () => rate(applicant));
      if (rating < 300) throw new restate.TerminalError("Not to this applicant");

      ctx.set("stage", "waiting for the signature");
      await ctx.promise<void>("signed").get().orTimeout(signWithin);

      await ctx.run("pay out", () => payOut(ctx.key, cents));
      ctx.set("stage", "paid");
      return { version: 2, paidCents: cents, isInsured: false };
    },

    // Runs on the newest deployment, whichever the workflow runs on: promises and state are what versions have in common.
    sign: async (ctx: restate.WorkflowSharedContext<LoanState>): Promise<void> =>
      ctx.promise<void>("signed").resolve(),

    stage: async (ctx: restate.WorkflowSharedContext<LoanState>): Promise<Stage> =>
      (await ctx.get("stage")) ?? "checking",
  },
});
