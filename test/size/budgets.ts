/** The recorded budgets, and what has grown when one is exceeded. */
import { readFileSync, writeFileSync } from "node:fs";

import type { EntryName } from "./entries.js";
import type { Weight } from "./measure.js";

const file = new URL("budgets.json", import.meta.url);

export interface Budget {
  /** The most an entry may weigh, in minified bytes. */
  readonly bytes: number;
  /** What each part weighed when the budget was set. */
  readonly parts: Readonly<Record<string, number>>;
}

export type Budgets = Readonly<Record<EntryName, Budget>>;

export function readBudgets(): Budgets {
  return JSON.parse(readFileSync(file, "utf8")) as Budgets;
}

export function writeBudgets(budgets: Budgets): void {
  writeFileSync(file, `${JSON.stringify(budgets, undefined, 2)}\n`);
}

/** Two percent of air, in full hundreds: enough for a repair, too little for a feature nobody decided on. */
export function budgetFor({ bytes, parts }: Weight): Budget {
  const sorted = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return { bytes: Math.ceil((bytes * 1.02) / 100) * 100, parts: Object.fromEntries(sorted) };
}

/** Undefined if the weight is within the budget. */
export function excess({ bytes, parts }: Weight, budget: Budget): string | undefined {
  if (bytes <= budget.bytes) return undefined;
  const growth = Object.entries(parts)
    .map(([part, now]) => ({ part, now, more: now - (budget.parts[part] ?? 0) }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more);
  const lines = growth.map(({ part, now, more }) => `  ${part}: +${more}, now ${now}`);
  return [
    `${bytes} bytes, ${bytes - budget.bytes} more than the budget of ${budget.bytes}. What grew since it was set:`,
    ...lines,
    "Make it smaller, or decide that it is worth it: npx tsx test/size/record.ts",
  ].join("\n");
}
