/** A basic service: moves money from one account to another, all of it or nothing. */
import * as restate from "@restatedev/restate-sdk";
import { userAccount } from "./user-account.js";

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly cents: number;
}

export const transfers = restate.service({
  name: "Transfers",
  handlers: {
    // Not a handler of the account: ann paying bob would hold ann's key and wait for bob's, while bob paying ann holds
    // his and waits for hers. A basic service holds no key, so it cannot take part in a deadlock.
    send: async (ctx: restate.Context, { from, to, cents }: Transfer): Promise<void> => {
      await endOf(ctx.objectClient(userAccount, from).withdraw(cents));
      try {
        await endOf(ctx.objectClient(userAccount, to).deposit(cents));
      } catch (error) {
        // A call that failed on the way would be retried: this error says that the money is not wanted there.
        // The refund is sent, and waited for by its id, since a call would be cancelled together with this transfer.
        const refund = ctx.objectSendClient(userAccount, from).refund(cents);
        await ctx.invocation(await refund.invocationId).attach();
        throw error;
      }
    },
  },
});

/**
 * How a call really ended. Whoever cancels a transfer also cancels the call that it waits for, but that may be done
 * already: only its own end tells whether the money has moved.
 */
async function endOf<T>(call: restate.RestatePromise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof restate.CancelledError) return call;
    throw error;
  }
}
