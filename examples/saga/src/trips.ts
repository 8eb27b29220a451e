/** A saga: books flight, car and hotel, or, if that fails or is called off, undoes what it has done, last things first. */
import * as restate from "@restatedev/restate-sdk";
import { undo, type Compensation } from "./compensations.js";
import { cars, flights, hotels, RefusedError } from "./providers.js";

export interface Trip {
  readonly destination: string;
}

export interface Bookings {
  readonly flight: string;
  readonly car: string;
  readonly hotel: string;
}

/** How long to try before a trip is given up. Without it, a provider that is down would be asked for ever. */
const patience: restate.RunOptions<void> = {
  initialRetryInterval: { milliseconds: 50 },
  maxRetryDuration: { hours: 1 },
};

export const trips = restate.service({
  name: "Trips",
  handlers: {
    book: async (ctx: restate.Context, { destination }: Trip): Promise<Bookings> => {
      const compensations: Compensation[] = [];
      try {
        // We name the bookings, not the providers, so that a booking can be cancelled of which we know nothing but that
        // we have asked for it. For the same reason a compensation is noted before the step that it undoes: a step that
        // fails may have done its work, and only its answer may have been lost.
        const flight = ctx.rand.uuidv4();
        compensations.push({ name: "cancel the flight", action: () => flights.cancel(flight) });
        await ctx.run("book the flight", () => flights.book(flight, destination), patience);

        const car = ctx.rand.uuidv4();
        compensations.push({ name: "cancel the car", action: () => cars.cancel(car) });
        await ctx.run("book the car", () => cars.book(car, destination), patience);

        const hotel = ctx.rand.uuidv4();
        compensations.push({ name: "cancel the hotel", action: () => hotels.cancel(hotel) });
        await ctx.run("book the hotel", () => hotels.book(hotel, destination), patience);

        return { flight, car, hotel };
      } catch (error) {
        // What reaches this line is final: a step that has no hope, or the cancellation of this invocation, which is a
        // TerminalError, too. Crashes and failures that are tried again never do.
        if (!(error instanceof restate.TerminalError)) throw error;
        const notUndone = await undo(ctx, compensations);
        if (notUndone.length === 0) throw error;
        throw new restate.TerminalError(`${error.message}. Not undone: ${notUndone.join(", ")}`, {
          errorCode: error.code,
        });
      }
    },

    // Whoever books a trip gets its invocation id at once, and can change their mind until it is answered.
    callOff: async (ctx: restate.Context, id: restate.InvocationId): Promise<void> => {
      ctx.invocation(id).cancel();
    },
  },
  options: {
    asTerminalError: (error) =>
      error instanceof RefusedError
        ? new restate.TerminalError(error.message, { errorCode: 409 })
        : undefined,
  },
});
