/**
 * Sets the budgets to what the entries weigh now:
 *
 *   npx tsx test/size/record.ts
 */
import { budgetFor, writeBudgets, type Budgets } from "./budgets.js";
import { entries } from "./entries.js";
import { weigh } from "./measure.js";

const budgets = await Promise.all(
  Object.entries(entries).map(async ([name, entry]) => {
    const weight = await weigh(entry);
    return { name, weight, budget: budgetFor(weight) };
  }),
);
writeBudgets(Object.fromEntries(budgets.map(({ name, budget }) => [name, budget])) as Budgets);
console.log("| entry | minified bytes | gzip bytes | budget |\n| --- | ---: | ---: | ---: |");
for (const { name, weight, budget } of budgets) {
  const cells = [weight.bytes, weight.gzipBytes, budget.bytes].map((it) => it.toLocaleString("en"));
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
