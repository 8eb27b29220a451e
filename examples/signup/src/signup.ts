/** A workflow: runs once for each user, waits for a click on a link, reminds of it, and gives up after a while. */
import { randomUUID } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { sendEmail } from "./mailer.js";

export interface User {
  readonly email: string;
  /** How long the link in the email works. Default: a week. */
  readonly linkValidFor?: restate.Duration;
  /** How often to remind those who have not clicked. Default: every two days. */
  readonly remindEvery?: restate.Duration;
}

export type Status = "waiting for the click" | "member" | "link expired";

type Decision = "clicked" | "expired";

interface SignupState {
  status: Status;
  secret: string;
}

export const signup = restate.workflow({
  name: "Signup",
  handlers: {
    // The key of the workflow, ctx.key, is the user's name: nobody can sign up twice under the same one.
    run: async (ctx: restate.WorkflowContext<SignupState>, user: User): Promise<Status> => {
      // Made once and recorded: a link that was sent stays valid when this handler is replayed. Not from ctx.rand, which is
      // as good for ids, but follows from the invocation, and so is no secret.
      const secret = await ctx.run("make a secret", () => randomUUID());
      ctx.set("secret", secret);
      ctx.set("status", "waiting for the click");
      // A run whose process dies is executed again, so each email has an id that is the same every time.
      const send = (name: string, subject: string, text: string) => {
        const id = ctx.rand.uuidv4();
        return ctx.run(name, () => sendEmail({ id, to: user.email, subject, text }));
      };
      await send("send the link", "Please confirm", secret);

      // The promise and the timers are durable. While they are pending nothing runs and nothing is paid for: Restate wakes
      // the workflow when somebody has clicked or a timer fires, in a day or in a year.
      const decision = ctx.promise<Decision>("decision").get();
      const timeLimit = ctx.sleep(user.linkValidFor ?? { days: 7 }, "time limit");
      for (;;) {
        const reminder = ctx.sleep(user.remindEvery ?? { days: 2 }, "next reminder");
        const first = await restate.RestatePromise.select({ decision, timeLimit, reminder });
        if (first.tag !== "reminder") break;
        await send("send a reminder", "Do you still want to join?", secret);
      }

      if ((await decide(ctx, "expired")) === "expired") {
        ctx.set("status", "link expired");
        return "link expired";
      }
      await send("say welcome", `Welcome, ${ctx.key}`, "Good to have you.");
      ctx.set("status", "member");
      return "member";
    },

    // All other handlers run beside `run`, as often as they are called: some people click twice.
    click: async (ctx: restate.WorkflowSharedContext<SignupState>, secret: string) => {
      if (secret !== (await ctx.get("secret"))) {
        throw new restate.TerminalError("This link is not valid", { errorCode: 403 });
      }
      if ((await decide(ctx, "clicked")) === "expired") {
        throw new restate.TerminalError("This link has expired", { errorCode: 410 });
      }
    },

    status: async (ctx: restate.WorkflowSharedContext<SignupState>): Promise<Status | null> =>
      ctx.get("status"),
  },
});

/**
 * A promise is settled once, by whoever comes first. So when a click and the end of the time limit meet, nobody is told
 * "welcome" by the page and "too late" by the workflow. Later ones learn what was decided.
 */
async function decide(
  ctx: restate.WorkflowSharedContext<SignupState>,
  decision: Decision,
): Promise<Decision> {
  const promise = ctx.promise<Decision>("decision");
  try {
    await promise.resolve(decision);
  } catch (error) {
    if (!(error instanceof restate.TerminalError) || error.code !== 409) throw error;
  }
  return promise;
}
