/** A pipeline: extracts the sales of a day page by page, transforms them, and loads each page exactly once. */
import * as restate from "@restatedev/restate-sdk";
import { fetchSales, TooManyRequestsError, type SalesPage } from "./shop-api.js";
import { transform } from "./transform.js";
import { insertBatch } from "./warehouse.js";

export interface Report {
  readonly pages: number;
  readonly rows: number;
  /** Sales that are not loaded, and why. */
  readonly rejected: readonly string[];
}

export const salesImport = restate.service({
  name: "SalesImport",
  handlers: {
    run: async (ctx: restate.Context, { day }: { day: string }): Promise<Report> => {
      const rejected: string[] = [];
      let pages = 0;
      let rows = 0;
      let cursor: string | undefined = "0";
      while (cursor !== undefined) {
        const from: string = cursor;
        // Recorded, so a page is not asked for again because the warehouse fails, and never looks different afterwards.
        const page = await ctx.run(`extract from ${from}`, () => extract(day, from));

        // No step: without side effects, and quick. A replay comes to the same rows from the recorded page.
        const results = page.sales.map(transform);
        const batch = results.flatMap((result) => (result.kind === "row" ? [result.row] : []));

        // The id of a batch says what is in it: the same in every attempt, and in another import of the same day.
        await ctx.run(`load from ${from}`, () => insertBatch(`${day} from ${from}`, batch));

        for (const result of results) {
          if (result.kind === "rejected") rejected.push(`${result.sale}: ${result.reason}`);
        }
        pages++;
        rows += batch.length;
        cursor = page.next;
      }
      return { pages, rows, rejected };
    },
  },
  options: { retryPolicy: { initialInterval: { milliseconds: 50 } } },
});

/** Comes back when the shop wants to be asked again, not when our retry policy would. */
async function extract(day: string, cursor: string): Promise<SalesPage> {
  try {
    return await fetchSales(day, cursor);
  } catch (error) {
    if (!(error instanceof TooManyRequestsError)) throw error;
    const retryAfter = { milliseconds: error.retryAfterMs };
    throw new restate.RetryableError(error.message, { retryAfter });
  }
}
