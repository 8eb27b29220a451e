/** The error for an invocation that fails and is retried without an end in sight. */
import type { Invocation } from "../runtime/invocation.js";
import type { World } from "../runtime/world.js";
import { renderTimeline } from "./timeline.js";

/** @param remedy what to do if nothing is wrong with that */
export function endlessRetries(world: World, invocation: Invocation, remedy: string): Error {
  const { targetName, id, fruitless, lastFailure } = invocation;
  const failure =
    lastFailure === undefined ? "" : ` with [${lastFailure.code}] ${lastFailure.message}`;
  return new Error(
    `${targetName} (${id}) has failed ${fruitless} times in a row, the last time${failure}. No retry policy would ever end ` +
      `that, and the test would wait for ever, so the invocation is paused now. ${remedy}\n\n${renderTimeline(world, invocation)}`,
  );
}
