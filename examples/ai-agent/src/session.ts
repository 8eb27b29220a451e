/** A chat session: an object that remembers the conversation and takes one message after the other. */
import * as restate from "@restatedev/restate-sdk";
import type { ModelMessage, ToolApprovalResponse } from "ai";
import { settled } from "./history.js";
import type { Approval, Ending } from "./thoughts.js";
import { chatTurn, INTERRUPT, type TurnReport } from "./turn.js";

interface SessionState {
  history: readonly ModelMessage[];
  /** The turn that is under way. There is never more than one. */
  turn: restate.InvocationId;
  /** What was said since it began. */
  unheard: readonly string[];
  /** How the last turn ended. */
  ending: Ending;
  decisions: readonly ToolApprovalResponse[];
}

export interface SessionView {
  readonly status: "new" | "thinking" | Ending["kind"];
  /** What a human has to consent to. */
  readonly approvals: readonly Approval[];
  readonly history: readonly ModelMessage[];
}

type Context = restate.ObjectContext<SessionState>;
const { handlers } = restate;

// No handler waits here, neither for the model nor for a human: whoever has something to say is heard at once.
export const session = restate.object({
  name: "ChatSession",
  handlers: {
    say: async (ctx: Context, text: string): Promise<void> => {
      ctx.set("unheard", [...((await ctx.get("unheard")) ?? []), text]);
      const turn = await ctx.get("turn");
      // The turn that is interrupted reports what it has done so far, and then the next one begins.
      if (turn === null) await startTurn(ctx);
      else ctx.invocation(turn).signal(INTERRUPT).resolve();
    },

    /** A human has seen what the agent is about to do. Takes a minute or a month; meanwhile nothing runs. */
    decide: async (ctx: Context, { id, approved }: { id: string; approved: boolean }) => {
      const open = (await viewOf(ctx)).approvals;
      if (!open.some((approval) => approval.id === id)) {
        throw new restate.TerminalError(`There is no "${id}" to decide`, { errorCode: 409 });
      }
      const decision = { type: "tool-approval-response", approvalId: id, approved } as const;
      ctx.set("decisions", [...((await ctx.get("decisions")) ?? []), decision]);
      // The model gets the results of all its tool calls together.
      if (open.length === 1) await startTurn(ctx);
    },

    turnEnded: handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: Context, { turn, messages, ending }: TurnReport): Promise<void> => {
        if (turn !== (await ctx.get("turn"))) return;
        ctx.clear("turn");
        ctx.set("ending", ending);
        ctx.set("history", [...((await ctx.get("history")) ?? []), ...messages]);
        if ((await ctx.get("unheard")) !== null) await startTurn(ctx);
      },
    ),

    view: handlers.object.shared(viewOf),
  },
});

/** With what was said, or else with what was decided. */
async function startTurn(ctx: Context): Promise<void> {
  const past = (await ctx.get("history")) ?? [];
  const said = ((await ctx.get("unheard")) ?? []).map(
    (content) => ({ role: "user", content }) satisfies ModelMessage,
  );
  const decisions = [...((await ctx.get("decisions")) ?? [])];
  const history: readonly ModelMessage[] =
    said.length > 0 ? [...settled(past), ...said] : [...past, { role: "tool", content: decisions }];
  ctx.set("history", history);
  ctx.clear("unheard");
  ctx.clear("decisions");
  const turn = ctx.serviceSendClient(chatTurn).run({ session: ctx.key, history });
  ctx.set("turn", await turn.invocationId);
}

async function viewOf(ctx: restate.ObjectSharedContext<SessionState>): Promise<SessionView> {
  const history = (await ctx.get("history")) ?? [];
  if ((await ctx.get("turn")) !== null) return { status: "thinking", approvals: [], history };
  const ending = await ctx.get("ending");
  const decided = new Set((await ctx.get("decisions"))?.map(({ approvalId }) => approvalId));
  const all = ending?.kind === "needs approval" ? ending.approvals : [];
  const approvals = all.filter(({ id }) => !decided.has(id));
  return { status: ending?.kind ?? "new", approvals, history };
}
