/** Shows an import whose source and target fail all the time, and that loads every row once, also when it is run again. */
import { deepEqual, equal } from "node:assert/strict";
import { salesImport } from "./src/sales-import.js";
import { rowsOf } from "./src/warehouse.js";
import type { Example } from "../support/contract.js";

export default {
  title: "An ETL pipeline that loads every row once",
  endpoint: { services: [salesImport] },
  play: async ({ narrator, ingress, ask, key }) => {
    narrator.act("A shop that wants to be asked less often, a warehouse that does not answer");
    const client = ingress.serviceClient<typeof salesImport>({ name: "SalesImport" });
    const day = key("2026-11-22");
    const report = await ask(`SalesImport/run ${day}`, () => client.run({ day }));
    deepEqual(report, { pages: 3, rows: 6, rejected: [`${day}-3: "free" is no price`] });
    equal(rowsOf(day).length, 6);

    narrator.act("The same day once more, by mistake");
    deepEqual(await ask(`SalesImport/run ${day}`, () => client.run({ day })), report);
    equal(rowsOf(day).length, 6);
    narrator.moral("The batches had the same ids, so the warehouse had them already.");
  },
  tryIt: ({ ingressUrl }) => `curl ${ingressUrl}/SalesImport/run --json '{"day": "2026-11-23"}'`,
} satisfies Example;
