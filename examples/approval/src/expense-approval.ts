/** A workflow that asks one manager after the other for a decision, and does without after the last. */
import * as restate from "@restatedev/restate-sdk";
import { chat } from "./chat.js";

export interface Expense {
  readonly employee: string;
  readonly cents: number;
  readonly purpose: string;
  /** Who may approve it; whoever comes next is asked as well if there is no answer in time. */
  readonly managers: readonly string[];
  /** Default: two days. */
  readonly answerWithin?: restate.Duration;
}

/** What the chat sends when somebody presses a button. */
export interface Answer {
  readonly approved: boolean;
  readonly comment?: string;
}

export interface Decision {
  readonly approved: boolean;
  /** Null if nobody decided. */
  readonly by: string | null;
  readonly comment?: string;
}

export type Progress = { readonly asked: readonly string[]; readonly decision?: Decision };

interface ApprovalState {
  progress: Progress;
}

// Shorter than the default of the server: a manager should not have to wait for a chat that is back.
const retries = { initialRetryInterval: { milliseconds: 100 }, maxRetryInterval: { minutes: 1 } };

export const expenseApproval = restate.workflow({
  name: "ExpenseApproval",
  handlers: {
    // The key of the workflow is the id of the expense, which nobody can hand in twice.
    run: async (
      ctx: restate.WorkflowContext<ApprovalState>,
      expense: Expense,
    ): Promise<Decision> => {
      const asked: string[] = [];
      const answers: restate.RestatePromise<Decision>[] = [];
      let decision: Decision = { approved: false, by: null, comment: "Nobody answered in time" };

      for (const manager of expense.managers) {
        // An awakeable is a promise for the outside world: whoever has its id can resolve it with one HTTP request, now
        // or in a month. It needs no endpoint of ours, no table of open questions, and no polling.
        const { id, promise } = ctx.awakeable<Answer>();
        await ctx.run(
          "ask for approval",
          () => chat.post({ id, to: manager, text: question(expense), answerTo: id }),
          retries,
        );
        asked.push(manager);
        ctx.set("progress", { asked });

        // Whoever was asked before may still answer. A mapped promise says who it was.
        answers.push(promise.map((answer, failure) => toDecision(manager, answer, failure)));
        const first = await restate.RestatePromise.select({
          answer: restate.RestatePromise.race(answers),
          timeLimit: ctx.sleep(expense.answerWithin ?? { days: 2 }, `answer of ${manager}`),
        });
        if (first.tag === "answer") {
          decision = first.value;
          break;
        }
      }

      ctx.set("progress", { asked, decision });
      const messageId = ctx.rand.uuidv4();
      await ctx.run(
        "tell the employee",
        () => chat.post({ id: messageId, to: expense.employee, text: verdict(decision) }),
        retries,
      );
      return decision;
    },

    progress: async (ctx: restate.WorkflowSharedContext<ApprovalState>): Promise<Progress | null> =>
      ctx.get("progress"),
  },
});

/** What comes from outside is not what its type says until somebody has looked: only a clear yes approves. */
function toDecision(
  by: string,
  answer: Answer | undefined,
  failure: restate.TerminalError | undefined,
): Decision {
  const comment = failure?.message ?? answer?.comment;
  const approved = answer?.approved === true;
  return { approved, by, ...(typeof comment === "string" && { comment }) };
}

function question({ employee, cents, purpose }: Expense): string {
  return `${employee} would like to spend ${(cents / 100).toFixed(2)} € on ${purpose}. Is that all right?`;
}

function verdict({ approved, by, comment }: Decision): string {
  const sentence = `Your expense was ${approved ? "approved" : "rejected"}`;
  const who = by === null ? "" : ` by ${by}`;
  return `${sentence}${who}${comment === undefined ? "." : `: ${comment}`}`;
}
