/** A virtual object: a conversation for every session, which remembers what was said and wakes those who listen. */
import * as restate from "@restatedev/restate-sdk";

export interface Remark {
  readonly author: string;
  readonly text: string;
}

export interface Message extends Remark {
  /** From 1, without gaps. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Listening {
  /** The number of the last message that the listener knows. */
  readonly after: number;
  /** When to give up. Default: half a minute. */
  readonly patience?: restate.Duration;
}

interface Listener {
  readonly awakeable: string;
  readonly after: number;
}

interface SessionState {
  /** The latest ones. All of the state comes along with every request, so it must not grow without end. */
  messages: readonly Message[];
  listeners: readonly string[];
}

const REMEMBERED = 100;

export const chatSession = restate.object({
  name: "Chat",
  handlers: {
    // One at a time for a session: no two messages get the same number, and none overwrites another.
    say: async (ctx: restate.ObjectContext<SessionState>, remark: Remark): Promise<number> => {
      const messages = (await ctx.get("messages")) ?? [];
      const number = (messages.at(-1)?.number ?? 0) + 1;
      const message = { ...remark, number, at: await ctx.date.now() };
      ctx.set("messages", [...messages, message].slice(-REMEMBERED));
      for (const id of (await ctx.get("listeners")) ?? []) ctx.resolveAwakeable(id, [message]);
      ctx.clear("listeners");
      return number;
    },

    history: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<SessionState>): Promise<readonly Message[]> =>
        (await ctx.get("messages")) ?? [],
    ),

    // A long poll. It waits, so it must not hold the key: nobody could say what it waits for. Therefore it is a shared
    // handler, and has its awakeable written down by one that may write. What it would read of the state here is as old
    // as this request, so the messages come with the awakeable.
    next: restate.handlers.object.shared(
      async (
        ctx: restate.ObjectSharedContext<SessionState>,
        { after, patience }: Listening,
      ): Promise<readonly Message[]> => {
        const { id, promise } = ctx.awakeable<readonly Message[]>();
        const session = ctx.objectSendClient(chatSession, ctx.key);
        session.listen({ awakeable: id, after });
        try {
          return await promise.orTimeout(patience ?? { seconds: 30 });
        } catch (error) {
          session.forget(id);
          if (error instanceof restate.TimeoutError) return [];
          throw error;
        }
      },
    ),

    listen: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: restate.ObjectContext<SessionState>, listener: Listener): Promise<void> => {
        const messages = (await ctx.get("messages")) ?? [];
        const news = messages.filter(({ number }) => number > listener.after);
        // Something was said between the listener's last look and now.
        if (news.length > 0) ctx.resolveAwakeable(listener.awakeable, news);
        else ctx.set("listeners", [...((await ctx.get("listeners")) ?? []), listener.awakeable]);
      },
    ),

    forget: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: restate.ObjectContext<SessionState>, awakeable: string): Promise<void> => {
        const listeners = (await ctx.get("listeners")) ?? [];
        ctx.set(
          "listeners",
          listeners.filter((id) => id !== awakeable),
        );
      },
    ),

    // State stays until it is cleared, also that of sessions that nobody will ever come back to.
    end: async (ctx: restate.ObjectContext<SessionState>): Promise<void> => {
      for (const id of (await ctx.get("listeners")) ?? []) ctx.resolveAwakeable(id, []);
      ctx.clearAll();
    },
  },
});
