/** A turn of the conversation: has the agent think, can be interrupted, and always reports to its session. */
import * as restate from "@restatedev/restate-sdk";
import type { ModelMessage } from "ai";
import { supportAgent } from "./agent.js";
import type { Thoughts } from "./thoughts.js";

export interface Turn {
  readonly session: string;
  readonly history: readonly ModelMessage[];
}

export interface TurnReport extends Thoughts {
  readonly turn: restate.InvocationId;
}

/** The signal that interrupts a turn. */
export const INTERRUPT = "interrupt";

/** The part of a session that turns talk to. */
const SessionInbox = restate.iface.object("ChatSession", {
  turnEnded: restate.iface.json<TurnReport>(),
});

// A service, since it takes its time: the session is an object, and whatever was busy there would keep everybody out.
export const chatTurn = restate.service({
  name: "ChatTurn",
  handlers: {
    run: async (ctx: restate.Context, { session, history }: Turn): Promise<void> => {
      const thinking = ctx.serviceClient(supportAgent).think(history);
      // Fails only if it was cancelled before it began, or killed.
      const thoughts = thinking.map(
        (result): Thoughts => result ?? { messages: [], ending: { kind: "interrupted" } },
      );
      // A signal, which waits for its receiver. Cancelled while it is still queued, this invocation would never run, and
      // the session would wait for its report for ever.
      const interrupted = ctx.signal(INTERRUPT);
      try {
        const { tag } = await restate.RestatePromise.select({ thoughts, interrupted });
        if (tag === "interrupted") ctx.invocation(await thinking.invocationId).cancel();
      } catch (error) {
        // An operator has cancelled the turn. That has cancelled what it waited for, and the session has to know.
        if (!(error instanceof restate.CancelledError)) throw error;
      }
      const report = { turn: ctx.request().id, ...(await thoughts) };
      ctx.sendClient(SessionInbox, session).turnEnded(report);
    },
  },
  options: { ingressPrivate: true },
});
