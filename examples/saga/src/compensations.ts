/** Undoes the steps of a saga, the last one first, each of them whatever becomes of the others. */
import * as restate from "@restatedev/restate-sdk";
import { openTicket } from "./providers.js";

/** Has to be idempotent, and to do nothing if the step that it undoes was never taken. */
export interface Compensation {
  readonly name: string;
  readonly action: () => Promise<void>;
}

/** Longer than for the steps: a trip can be given up, the money in it cannot. */
const patience: restate.RunOptions<void> = {
  initialRetryInterval: { milliseconds: 50 },
  maxRetryDuration: { days: 1 },
};

/** @returns the names of those that failed for good; people have been asked to do these by hand */
export async function undo(
  ctx: restate.Context,
  compensations: readonly Compensation[],
): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, action } of compensations.toReversed()) {
    try {
      await persistently(() => ctx.run(name, action, patience));
    } catch (error) {
      // The others still have to be undone, so this must not end here; nor may it be forgotten.
      if (!(error instanceof restate.TerminalError)) throw error;
      failed.push(name);
      const ticket = `Please ${name} of ${ctx.request().id} by hand: ${error.message}`;
      await persistently(() => ctx.run("open a ticket", () => openTicket(ticket)));
    }
  }
  return failed;
}

/** An invocation that is cancelled once more while it cleans up cleans up all the same: the step is taken again. */
async function persistently(step: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof restate.CancelledError)) throw error;
    }
  }
}
