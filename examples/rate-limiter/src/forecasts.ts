/** A basic service: asks an API, as often as that allows and no more, however many ask at the same time. */
import * as restate from "@restatedev/restate-sdk";
import { takeTurn } from "./take-turn.js";
import { weatherApi } from "./weather-api.js";

export interface Question {
  readonly city: string;
  /** Which limiter to obey. */
  readonly limiter: string;
  /** Rather no answer than a late one. Default: late is all right. */
  readonly maxWaitMs?: number;
}

const MAX_ATTEMPTS = 5;

export const forecasts = restate.service({
  name: "Forecasts",
  handlers: {
    of: async (ctx: restate.Context, { city, limiter, ...options }: Question): Promise<string> => {
      for (let attempt = 1; ; attempt++) {
        await takeTurn(ctx, limiter, options);
        try {
          // One attempt for one turn: a request that is repeated is one more request, and needs one more token.
          return await ctx.run("ask the API", () => weatherApi.ask(city), { maxRetryAttempts: 1 });
        } catch (error) {
          if (error instanceof restate.CancelledError || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    },
  },
});
