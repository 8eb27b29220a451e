/** A service that orchestrates others: one payment, then one subscription after the other, to the end, whatever fails. */
import * as restate from "@restatedev/restate-sdk";
import { createSubscription } from "./catalogue.js";
import { CardDeclinedError, createRecurringPayment } from "./payment-provider.js";

export interface Order {
  readonly user: string;
  readonly card: string;
  readonly subscriptions: readonly string[];
}

export interface Confirmation {
  readonly payment: string;
  readonly subscribed: readonly string[];
}

export const subscriptions = restate.service({
  name: "Subscriptions",
  handlers: {
    add: async (ctx: restate.Context, order: Order): Promise<Confirmation> => {
      // The same in every attempt, so the provider recognises a payment that it has made already. Made inside of the
      // step below, the id would be another one each time, and the card would be charged each time.
      const paymentId = ctx.rand.uuidv4();
      const payment = await ctx.run("pay", () => createRecurringPayment(paymentId, order.card));

      // A plain loop. If the process dies in the middle of it, the next attempt is given the results of the steps that
      // are done, without taking them again, and goes on with the one that is not.
      for (const subscription of order.subscriptions) {
        await ctx.run(`subscribe to ${subscription}`, () =>
          createSubscription(order.user, subscription, payment),
        );
      }
      return { payment, subscribed: order.subscriptions };
    },
  },
  options: {
    // Steps are tried again until they succeed, for days if need be (after 70 attempts Restate pauses the order, for
    // somebody to look at it)...
    retryPolicy: { initialInterval: { milliseconds: 50 }, maxInterval: { hours: 1 } },
    // ...unless there is no point in it. This is told to the caller at once.
    asTerminalError: (error) =>
      error instanceof CardDeclinedError
        ? new restate.TerminalError(error.message, { errorCode: 402 })
        : undefined,
  },
});
