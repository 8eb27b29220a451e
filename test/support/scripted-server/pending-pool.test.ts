import fc from "fast-check";
import { expect, it } from "vitest";
import { createNotification, Journal, notificationKey } from "./journal.js";
import { PendingPool } from "./pending-pool.js";
import type { Consequence } from "./world.js";

function consequence(id: number, after?: string): Consequence {
  const notification = createNotification("CallCompletion", {
    id: { case: "completionId", value: id },
    result: { case: "value", value: {} },
  });
  return { notification, when: undefined, ...(after !== undefined && { after }) };
}

function drain(pool: PendingPool, journal = new Journal()): string[] {
  const order: string[] = [];
  for (let next = pool.take(journal); next; next = pool.take(journal)) {
    journal.appendNotification(next);
    order.push(notificationKey(next.message));
  }
  return order;
}

it("hands out the same order whatever the order of arrival", () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 2 });
  fc.assert(
    fc.property(fc.integer(), ids, (seed, order) => {
      const pools = [order, [...order].reverse()].map((arrival) => {
        const pool = new PendingPool({ seed, timing: "later" });
        for (const id of arrival) pool.add(consequence(id));
        return drain(pool);
      });
      expect(pools[0]).toEqual(pools[1]);
    }),
  );
});

it("keeps a call's result behind its invocation id, for every seed", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const pool = new PendingPool({ seed, timing: "later" });
      pool.add(consequence(2, "c1"));
      pool.add(consequence(1));
      expect(drain(pool)).toEqual(["c1", "c2"]);
    }),
  );
});
