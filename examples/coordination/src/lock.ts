/** A virtual object: a lock for every key, with a lease, a queue, and tokens that tell late holders from current ones. */
import * as restate from "@restatedev/restate-sdk";

/** Who wants the lock hands in an awakeable, and waits for it elsewhere: nobody waits in here. */
export interface LockRequest {
  /** The id of an awakeable, which is resolved with the token. */
  readonly waiter: string;
  /** After this time the lock goes to the next one, whatever has become of the holder. */
  readonly lease: restate.Duration;
}

interface Holder extends LockRequest {
  readonly token: number;
  /** How often the lease was renewed. */
  readonly renewals: number;
}

type Lease = Pick<Holder, "token" | "renewals">;

interface LockState {
  holder: Holder;
  queue: readonly LockRequest[];
  /** The latest that was given out. Each is greater than all before. */
  token: number;
}

type Lock = restate.ObjectContext<LockState>;

// Every handler looks, writes and is done. So there is no moment at which two could think that the lock is free.
export const lock = restate.object({
  name: "Lock",
  handlers: {
    acquire: async (ctx: Lock, request: LockRequest): Promise<void> => {
      if ((await ctx.get("holder")) === null) await grant(ctx, request);
      else ctx.set("queue", [...((await ctx.get("queue")) ?? []), request]);
    },

    /** False if the lease had run out: the lock belongs to somebody else by now, or to nobody. */
    release: async (ctx: Lock, token: number): Promise<boolean> => {
      if ((await ctx.get("holder"))?.token !== token) return false;
      await pass(ctx);
      return true;
    },

    /** A full lease from now on. False if the lease had run out. */
    renew: async (ctx: Lock, token: number): Promise<boolean> => {
      const holder = await ctx.get("holder");
      if (holder?.token !== token) return false;
      hold(ctx, { ...holder, renewals: holder.renewals + 1 });
      return true;
    },

    /** For who waits no more. It may have been given the lock at the very moment at which it left. */
    leave: async (ctx: Lock, waiter: string): Promise<void> => {
      if ((await ctx.get("holder"))?.waiter === waiter) return pass(ctx);
      const queue = (await ctx.get("queue")) ?? [];
      ctx.set(
        "queue",
        queue.filter((request) => request.waiter !== waiter),
      );
    },

    // The message of a lease that was given back or renewed meanwhile means nothing.
    expire: restate.handlers.object.exclusive(
      { ingressPrivate: true },
      async (ctx: Lock, lease: Lease): Promise<void> => {
        const holder = await ctx.get("holder");
        if (holder?.token === lease.token && holder.renewals === lease.renewals) await pass(ctx);
      },
    ),

    /** The token of the current holder. */
    holder: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<LockState>): Promise<number | null> =>
        (await ctx.get("holder"))?.token ?? null,
    ),
  },
});

async function grant(ctx: Lock, request: LockRequest): Promise<void> {
  const token = ((await ctx.get("token")) ?? 0) + 1;
  ctx.set("token", token);
  hold(ctx, { ...request, token, renewals: 0 });
  ctx.resolveAwakeable(request.waiter, token);
}

function hold(ctx: Lock, holder: Holder): void {
  ctx.set("holder", holder);
  const { token, renewals } = holder;
  ctx
    .objectSendClient(lock, ctx.key)
    .expire({ token, renewals }, restate.rpc.sendOpts({ delay: holder.lease }));
}

async function pass(ctx: Lock): Promise<void> {
  const [next, ...queue] = (await ctx.get("queue")) ?? [];
  ctx.clear("holder");
  if (next === undefined) return;
  ctx.set("queue", queue);
  await grant(ctx, next);
}
