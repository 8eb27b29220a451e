/** A virtual object: who leads a group. A leader stays one as long as it keeps asking; when it stops, another one may. */
import * as restate from "@restatedev/restate-sdk";

export interface Candidacy {
  readonly candidate: string;
  /** How long it leads without asking again. */
  readonly lease: restate.Duration;
}

export interface Leader {
  readonly candidate: string;
  /** Greater for each new leader: whoever gets orders of two leaders follows the one with the greater term. */
  readonly term: number;
}

interface Lease extends Leader {
  /** How often the leader has asked again. */
  readonly renewals: number;
}

interface LeadershipState {
  lease: Lease;
  term: number;
}

type Leadership = restate.ObjectContext<LeadershipState>;

export const leadership = restate.object({
  name: "Leadership",
  handlers: {
    /**
     * Answers at once who leads: the candidate, if there was nobody or it already did. Meant to be repeated, by processes
     * outside of Restate too, every third of a lease or so. A leader counts its lease from before it asked.
     */
    campaign: async (ctx: Leadership, { candidate, lease }: Candidacy): Promise<Leader> => {
      const current = await ctx.get("lease");
      if (current !== null && current.candidate !== candidate) return leaderOf(current);
      const next =
        current === null
          ? { candidate, term: ((await ctx.get("term")) ?? 0) + 1, renewals: 0 }
          : { ...current, renewals: current.renewals + 1 };
      ctx.set("lease", next);
      ctx.set("term", next.term);
      // Time is kept by Restate, so it does not matter how the clocks of the candidates go.
      ctx
        .objectSendClient(leadership, ctx.key)
        .expire(next, restate.rpc.sendOpts({ delay: lease }));
      return leaderOf(next);
    },

    resign: async (ctx: Leadership, candidate: string): Promise<void> => {
      if ((await ctx.get("lease"))?.candidate === candidate) ctx.clear("lease");
    },

    expire: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: Leadership, { term, renewals }: Lease): Promise<void> => {
        const current = await ctx.get("lease");
        if (current?.term === term && current.renewals === renewals) ctx.clear("lease");
      },
    ),

    leader: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<LeadershipState>): Promise<Leader | null> => {
        const current = await ctx.get("lease");
        return current && leaderOf(current);
      },
    ),
  },
});

function leaderOf({ candidate, term }: Lease): Leader {
  return { candidate, term };
}
