/** A workflow: runs once for each user, waits for a click on a link, and gives up after a while. */
import { randomUUID } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { sendEmail } from "./mailer.js";

export interface User {
  readonly email: string;
  /** How long the link in the email works. Default: a day. */
  readonly linkValidFor?: restate.Duration;
}

export type Status = "waiting for the click" | "member" | "link expired";

interface SignupState {
  status: Status;
  secret: string;
}

export const signup = restate.workflow({
  name: "Signup",
  handlers: {
    // The key of the workflow, ctx.key, is the user's name: nobody can sign up twice under the same one.
    run: async (ctx: restate.WorkflowContext<SignupState>, user: User): Promise<Status> => {
      // Made once and recorded: a link that was sent stays valid when this handler is replayed.
      const secret = await ctx.run("make a secret", () => randomUUID());
      ctx.set("secret", secret);
      ctx.set("status", "waiting for the click");

      await ctx.run("send the link", () =>
        sendEmail({ to: user.email, subject: "Please confirm", text: secret }),
      );

      try {
        // A promise that other handlers can resolve. While it is pending nothing runs and nothing is paid for:
        // Restate wakes the workflow when the promise is resolved or the timer fires, in a day or in a year.
        await ctx
          .promise<void>("click")
          .get()
          .orTimeout(user.linkValidFor ?? { days: 1 });
      } catch (error) {
        if (!(error instanceof restate.TimeoutError)) throw error;
        ctx.set("status", "link expired");
        return "link expired";
      }

      await ctx.run("say welcome", () =>
        sendEmail({ to: user.email, subject: `Welcome, ${ctx.key}`, text: "Good to have you." }),
      );
      ctx.set("status", "member");
      return "member";
    },

    // All other handlers run beside `run`, as often as they are called.
    click: async (ctx: restate.WorkflowSharedContext<SignupState>, secret: string) => {
      if (secret !== (await ctx.get("secret"))) {
        throw new restate.TerminalError("This link is not valid", { errorCode: 403 });
      }
      await ctx.promise<void>("click").resolve();
    },

    status: async (ctx: restate.WorkflowSharedContext<SignupState>): Promise<Status | null> =>
      ctx.get("status"),
  },
});
