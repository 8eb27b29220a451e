/** A basic service: renders films, the most urgent first, and never more at a time than the farm takes. */
import * as restate from "@restatedev/restate-sdk";
import { inTurn } from "./in-turn.js";
import { renderFarm } from "./render-farm.js";

export interface Order {
  readonly queue: string;
  readonly film: string;
  readonly priority: number;
  /** How long it takes to render. */
  readonly millis: number;
}

export const films = restate.service({
  name: "Films",
  handlers: {
    render: async (ctx: restate.Context, order: Order): Promise<void> => {
      const { queue, film, priority, millis } = order;
      await inTurn(ctx, queue, {
        name: film,
        priority,
        work: () => ctx.run("render", () => renderFarm.render(film, millis)),
      });
    },
  },
});
