/** Tests of the import: every sale is loaded once or rejected with a reason, whatever fails. */
import { createTestEnvironment, exploreCrashes, fails } from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { salesImport } from "../src/sales-import.js";
import { forgetRequests } from "../src/shop-api.js";
import { transform } from "../src/transform.js";
import { clearWarehouse, rowsOf } from "../src/warehouse.js";

const day = "2026-11-22";

function forgetEverything(): void {
  forgetRequests();
  clearWarehouse();
}

beforeEach(forgetEverything);

test("loads every row once wherever the process dies", async () => {
  const { repeatedRuns } = await exploreCrashes({
    services: [salesImport],
    run: async (env) => {
      forgetEverything();
      await env.call(salesImport).run({ day });
      expect(rowsOf(day)).toHaveLength(6);
      return rowsOf(day);
    },
  });
  expect(repeatedRuns.map(({ run }) => run)).toContain("load from 3");
});

test("a day that is imported again adds nothing", async () => {
  await using env = await createTestEnvironment({ services: [salesImport] });
  const report = await env.call(salesImport).run({ day });
  expect(await env.call(salesImport).run({ day })).toEqual(report);
  expect(rowsOf(day)).toHaveLength(6);
});

test("waits as long as the shop asks it to", async () => {
  await using env = await createTestEnvironment({ services: [salesImport] });
  const before = env.clock.now();
  env.mockRun("load from 0", () => undefined);
  env.mockRun("load from 3", () => undefined);
  env.mockRun("load from 6", () => undefined);
  await env.call(salesImport).run({ day });
  // One of four requests for the three pages was refused.
  expect(env.clock.now() - before).toBe(200);
});

test("a page is not extracted again while the warehouse is down", async () => {
  await using env = await createTestEnvironment({ services: [salesImport] });
  const extract = env.mockRun("extract from 0", ({ action }) => action());
  env.mockRun("load from 0", fails(10, new Error("down for maintenance")));
  await env.call(salesImport).run({ day });
  expect(extract.executions).toHaveLength(1);
  expect(rowsOf(day)).toHaveLength(6);
});

test("what cannot be transformed is reported and holds up nothing", async () => {
  await using env = await createTestEnvironment({ services: [salesImport] });
  const { rejected } = await env.call(salesImport).run({ day });
  expect(rejected).toEqual(['2026-11-22-3: "free" is no price']);
});

test.each([
  ["12,50", 1250],
  ["7,5", 750],
  ["3", 300],
  ["0,99", 99],
  ["1.204,00", 120_400],
])("the price %s is %i cents", (price, cents) => {
  const result = transform({ id: "1", product: "pen", price });
  expect(result).toEqual({ kind: "row", row: { sale: "1", product: "pen", cents } });
});

test.each(["", "free", "1,2,3", "-5", "1.20"])("%j is no price", (price) => {
  expect(transform({ id: "1", product: "pen", price })).toMatchObject({ kind: "rejected" });
});
