/** No entry point grows unnoticed: every kilobyte is paid at each cold start. */
import { expect, it } from "vitest";

import { budgetFor, excess, readBudgets } from "./budgets.js";
import { entries, type EntryName } from "./entries.js";
import { weigh } from "./measure.js";

const budgets = readBudgets();

it("every entry has a budget, and every budget an entry", () => {
  expect(Object.keys(budgets)).toEqual(Object.keys(entries));
});

it.each(Object.keys(entries) as EntryName[])("%s is within its budget", async (name) => {
  expect(excess(await weigh(entries[name]), budgets[name])).toBeUndefined();
});

it("an excess is reported with what grew, most first", () => {
  const then = { bytes: 1000, gzipBytes: 0, parts: { a: 500, b: 300, c: 200 } };
  const now = { bytes: 1130, gzipBytes: 0, parts: { a: 520, b: 299, d: 311 } };
  const budget = budgetFor(then);
  expect(excess({ ...now, bytes: 1100 }, budget)).toBeUndefined();
  expect(excess(now, budget)?.split("\n")).toEqual([
    "1130 bytes, 30 more than the budget of 1100. What grew since it was set:",
    "  d: +311, now 311",
    "  a: +20, now 520",
    "Make it smaller, or decide that it is worth it: npx tsx test/size/record.ts",
  ]);
});
