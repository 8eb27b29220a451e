/** A virtual object: a rate limiter for every key, such as a customer or an API that must not be called too often. */
import * as restate from "@restatedev/restate-sdk";
import { putBack, withdraw, type Bucket, type Limit } from "./token-bucket.js";

export interface Reserve {
  /** Default: 1. */
  readonly tokens?: number;
  /** A longer wait than this is of no use. Default: none is too long. */
  readonly maxWaitMs?: number;
}

export interface Reservation {
  /** How long to wait before doing what the tokens are for. */
  readonly waitMs: number;
  readonly tokens: number;
}

interface LimiterState {
  limit: Limit;
  bucket: Bucket;
}

type Limiter = restate.ObjectContext<LimiterState>;

export const rateLimiter = restate.object({
  name: "RateLimiter",
  handlers: {
    /** Counts from now on; what was promised stays promised. */
    configure: async (ctx: Limiter, limit: Limit): Promise<void> => {
      if (!(limit.perSecond > 0 && limit.burst >= 1)) {
        throw new restate.TerminalError("A limit has perSecond above 0 and a burst of at least 1", {
          errorCode: 400,
        });
      }
      ctx.set("limit", limit);
    },

    /** Whether it may be done now. If not, nothing is taken. */
    allow: async (ctx: Limiter, tokens: number = 1): Promise<boolean> =>
      (await take(ctx, tokens, 0)) !== undefined,

    // Says how long to wait instead of waiting, and takes the next request at once. Whoever called does the waiting.
    reserve: async (
      ctx: Limiter,
      { tokens = 1, maxWaitMs = Infinity }: Reserve,
    ): Promise<Reservation | null> => {
      const waitMs = await take(ctx, tokens, maxWaitMs);
      return waitMs === undefined ? null : { waitMs, tokens };
    },

    /** Gives back what will not be used. Those who wait already wait no shorter. */
    cancel: async (ctx: Limiter, tokens: number): Promise<void> => {
      const [limit, bucket] = [await limitOf(ctx), await ctx.get("bucket")];
      if (bucket !== null) ctx.set("bucket", putBack(limit, bucket, tokens));
    },
  },
});

async function take(ctx: Limiter, tokens: number, maxWaitMs: number): Promise<number | undefined> {
  if (!(tokens > 0)) {
    throw new restate.TerminalError(`${tokens} tokens cannot be taken`, { errorCode: 400 });
  }
  const limit = await limitOf(ctx);
  // The time as it was when this ran first: a replay counts the same tokens.
  const now = await ctx.date.now();
  const done = withdraw(limit, await ctx.get("bucket"), { tokens, now, maxWaitMs });
  if (done === undefined) return undefined;
  ctx.set("bucket", done.bucket);
  return done.waitMs;
}

async function limitOf(ctx: Limiter): Promise<Limit> {
  const limit = await ctx.get("limit");
  if (limit !== null) return limit;
  throw new restate.TerminalError(`${ctx.key} has no limit yet: call configure first`, {
    errorCode: 412,
  });
}
