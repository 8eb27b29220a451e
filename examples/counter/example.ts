/** Shows that concurrent additions to one counter are never lost. */
import { deepEqual, equal } from "node:assert/strict";
import { counter } from "./src/counter.js";
import type { Example } from "../support/contract.js";

export default {
  title: "An object that counts, one writer at a time",
  endpoint: { services: [counter] },
  play: async ({ narrator, ingress, ask, key }) => {
    narrator.act("An object that counts, one writer at a time");
    const door = ingress.objectClient<typeof counter>({ name: "Counter" }, key("door"));
    equal(await ask("Counter/door/add 1", () => door.add(1)), 1);
    const ten = await ask("Counter/door/add 1, ten times at the same moment", async () => {
      const counts = await Promise.all(Array.from({ length: 10 }, () => door.add(1)));
      return counts.sort((a, b) => a - b);
    });
    deepEqual(ten, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    equal(await ask("Counter/door/value", () => door.value()), 11);
    narrator.moral("Nobody counted over anybody else, without a lock. Restate keeps the state.");
  },
  tryIt: ({ ingressUrl, key }) => `curl ${ingressUrl}/Counter/${key("door")}/add --json 1`,
} satisfies Example;
