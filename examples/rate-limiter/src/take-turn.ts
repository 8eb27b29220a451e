/** How a handler waits for its turn: it sleeps itself, so that the limiter never does. */
import * as restate from "@restatedev/restate-sdk";
import { rateLimiter, type Reserve } from "./rate-limiter.js";

/** @throws TerminalError with code 429 if the wait would be longer than `maxWaitMs` */
export async function takeTurn(
  ctx: restate.Context,
  limiter: string,
  reserve: Reserve = {},
): Promise<void> {
  const reservation = await ctx.objectClient(rateLimiter, limiter).reserve(reserve);
  if (reservation === null) {
    throw new restate.TerminalError(`Too many requests to ${limiter}`, { errorCode: 429 });
  }
  if (reservation.waitMs === 0) return;
  try {
    // Durable: a turn that comes in an hour comes in an hour, also if this process ends in between.
    await ctx.sleep(reservation.waitMs);
  } catch (error) {
    // Cancelled while it slept. The turn is for somebody else.
    ctx.objectSendClient(rateLimiter, limiter).cancel(reservation.tokens);
    throw error;
  }
}
