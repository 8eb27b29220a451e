/** A basic service that needs others to keep out: it adds to documents by reading, thinking, and writing all of it. */
import * as restate from "@restatedev/restate-sdk";
import { StaleToken, store } from "./store.js";
import { withLock, withPermit, type Waiting } from "./waiting.js";

export interface Addition extends Waiting {
  readonly document: string;
  readonly line: string;
  /** How long it takes to think. */
  readonly takes: restate.Duration;
}

export interface Printing extends Waiting {
  readonly printer: string;
  readonly takes: restate.Duration;
}

export const documents = restate.service({
  name: "Documents",
  handlers: {
    add: async (ctx: restate.Context, addition: Addition): Promise<void> => {
      const { document, line, takes, lease, patience } = addition;
      await withLock(ctx, document, {
        lease,
        patience,
        work: async (token) => {
          const lines = await ctx.run("read", () => store.read(document));
          await ctx.sleep(takes);
          // Written by somebody else meanwhile, this would be lost.
          await ctx.run("write", () => store.write(document, { lines: [...lines, line], token }));
        },
      });
    },

    /** Several at a time, but no more than the printer takes. */
    print: async (ctx: restate.Context, printing: Printing): Promise<void> => {
      const { printer, takes, lease, patience } = printing;
      await withPermit(ctx, printer, { lease, patience, work: () => ctx.sleep(takes) });
    },
  },
  options: {
    asTerminalError: (error) =>
      error instanceof StaleToken
        ? new restate.TerminalError(error.message, { errorCode: 412 })
        : undefined,
  },
});
