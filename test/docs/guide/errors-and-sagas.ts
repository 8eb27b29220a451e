/** The code of docs/errors-and-sagas.md. */
import * as restate from "@restatedev/restate-sdk";
import * as providers from "./providers.js";

export const shop = restate.service({
  name: "Shop",
  handlers: {
    buy: async (ctx: restate.Context, order: { id: string; cents: number }) => {
      if (order.cents <= 0) {
        throw new restate.TerminalError("An order costs something", {
          errorCode: 400,
          metadata: { order: order.id },
        });
      }
      return ctx.run("charge", () => providers.charge(order.id, order.cents));
    },

    buyOrGiveUp: async (ctx: restate.Context, order: { id: string; cents: number }) => {
      try {
        return await ctx.run("charge", () => providers.charge(order.id, order.cents), {
          maxRetryAttempts: 3,
          initialRetryInterval: { seconds: 1 },
        });
      } catch (error) {
        if (!(error instanceof restate.TerminalError)) throw error;
        return "try again tomorrow";
      }
    },

    buyPatiently: async (ctx: restate.Context, url: string) =>
      ctx.run("charge", async ({ signal }) => {
        const response = await fetch(url, { method: "POST", signal });
        if (response.status === 402) throw new restate.TerminalError("The card was declined");
        if (response.status === 429) {
          throw new restate.RetryableError("busy", { retryAfter: { seconds: 30 } });
        }
        if (response.status === 403) throw new restate.PauseError("The API key has expired");
        if (!response.ok) throw new Error(`The provider answers ${response.status}`);
        return (await response.json()) as { receipt: string };
      }),
  },
  options: {
    retryPolicy: {
      initialInterval: { milliseconds: 500 },
      exponentiationFactor: 2,
      maxInterval: { minutes: 1 },
      maxAttempts: 20,
      onMaxAttempts: "pause",
    },
    asTerminalError: (error) =>
      error instanceof providers.InvalidOrder
        ? new restate.TerminalError(error.message, { errorCode: 422 })
        : undefined,
  },
});

export const trip = restate.service({
  name: "Trip",
  handlers: {
    book: async (ctx: restate.Context, request: { flight: string; hotel: string }) => {
      const undo: (() => Promise<void>)[] = [];
      try {
        // The id is made before the step, and the way back is known before the step is taken: if the
        // booking is made but its answer is lost, there is still something to cancel it by.
        const flightId = ctx.rand.uuidv4();
        undo.push(() => ctx.run("cancel flight", () => providers.cancelFlight(flightId)));
        await ctx.run("book flight", () => providers.bookFlight(flightId, request.flight));

        const hotelId = ctx.rand.uuidv4();
        undo.push(() => ctx.run("cancel hotel", () => providers.cancelHotel(hotelId)));
        await ctx.run("book hotel", () => providers.bookHotel(hotelId, request.hotel));

        return { flightId, hotelId };
      } catch (error) {
        // A terminal failure of a step, or a CancelledError. Other errors never get here: they are retried.
        for (const compensate of undo.reverse()) await compensate();
        throw error;
      }
    },
  },
});
