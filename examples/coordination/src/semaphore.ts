/** A virtual object: a semaphore for every key. So many may be in at a time, the others are let in when one leaves. */
import * as restate from "@restatedev/restate-sdk";

export interface PermitRequest {
  /** The id of an awakeable, which is resolved when there is a permit; then it stands for the permit. */
  readonly waiter: string;
  /** After this time the permit is taken back, in case its holder was killed. */
  readonly lease: restate.Duration;
}

interface SemaphoreState {
  /** How many there are. Default: 1. */
  permits: number;
  held: readonly string[];
  queue: readonly PermitRequest[];
}

type Semaphore = restate.ObjectContext<SemaphoreState>;

export const semaphore = restate.object({
  name: "Semaphore",
  handlers: {
    acquire: async (ctx: Semaphore, request: PermitRequest): Promise<void> => {
      ctx.set("queue", [...((await ctx.get("queue")) ?? []), request]);
      await admit(ctx);
    },

    // One handler for who has a permit, who waits for one, and who has neither any more. So it may come twice, and a
    // lease is no more than a release that the semaphore sends to itself ahead of time.
    release: async (ctx: Semaphore, waiter: string): Promise<void> => {
      const [held, queue] = [(await ctx.get("held")) ?? [], (await ctx.get("queue")) ?? []];
      ctx.set(
        "held",
        held.filter((id) => id !== waiter),
      );
      ctx.set(
        "queue",
        queue.filter((request) => request.waiter !== waiter),
      );
      await admit(ctx);
    },

    /** More permits let some in at once; fewer are reached as holders leave. */
    resize: async (ctx: Semaphore, permits: number): Promise<void> => {
      if (!Number.isSafeInteger(permits) || permits < 0) {
        throw new restate.TerminalError(`There cannot be ${permits} permits`, { errorCode: 400 });
      }
      ctx.set("permits", permits);
      await admit(ctx);
    },

    inUse: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<SemaphoreState>): Promise<number> =>
        (await ctx.get("held"))?.length ?? 0,
    ),
  },
});

async function admit(ctx: Semaphore): Promise<void> {
  const [held, queue] = [(await ctx.get("held")) ?? [], (await ctx.get("queue")) ?? []];
  const free = Math.max(0, ((await ctx.get("permits")) ?? 1) - held.length);
  const admitted = queue.slice(0, free);
  for (const { waiter, lease } of admitted) {
    ctx
      .objectSendClient(semaphore, ctx.key)
      .release(waiter, restate.rpc.sendOpts({ delay: lease }));
    ctx.resolveAwakeable(waiter);
  }
  ctx.set("held", [...held, ...admitted.map(({ waiter }) => waiter)]);
  ctx.set("queue", queue.slice(free));
}
