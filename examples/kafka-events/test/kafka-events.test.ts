/** What the objects make of records, whatever order the topics bring them in. */
import { serde } from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { customers } from "../src/customers.js";
import { orders } from "../src/orders.js";

const services = [orders, customers];
const placed = { type: "placed", customer: "ada", item: "tea", cents: 900 } as const;
const ada = { name: "Ada", street: "Byron Row 1" };

it("applies the events of an order in their order, without waiting for each", async () => {
  await using env = await createTestEnvironment({ services });
  env.send(orders, "o1").happened(placed);
  for (let teas = 2; teas <= 5; teas += 1) {
    env.send(orders, "o1").happened({ type: "changed", item: `${teas} teas`, cents: teas * 900 });
  }
  await env.atRest();
  expect(await statusOf(env)).toEqual({ item: "5 teas", paidCents: 0, parcel: null });
});

it("counts a payment once, though its record was written twice", async () => {
  await using env = await createTestEnvironment({ services });
  await env.call(orders, "o1").happened(placed);
  await env.call(orders, "o1").paid({ id: "p1", cents: 450 });
  await env.call(orders, "o1").paid({ id: "p1", cents: 450 });
  expect(await statusOf(env)).toMatchObject({ paidCents: 450, parcel: null });
  expect(env.stateOf(orders, "o1").get("stage")).toBeNull();
});

it.each([
  ["is no payment", { id: "p1", cents: "9" }, /\/cents/],
  ["is no JSON", undefined, /deserialize/],
])("gives up a record that %s, and handles the next", async (_, record, reason) => {
  await using env = await createTestEnvironment({ services });
  const input = serde.binary as never;
  const body = record === undefined ? "{" : JSON.stringify(record);
  const bad = env.send(orders, { key: "o1", input }).paid(new TextEncoder().encode(body) as never);
  const good = env.send(orders, "o1").paid({ id: "p2", cents: 900 });
  await good.result();
  await expect(bad.result()).rejects.toThrow(reason);
  expect(bad.attempts).toHaveLength(1);
  expect(await statusOf(env)).toMatchObject({ paidCents: 900 });
});

it("refuses changes of what is on its way", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun("book a parcel", () => "parcel 1");
  await env.call(customers, "ada").changed(ada);
  await env.call(orders, "o1").happened(placed);
  await env.call(orders, "o1").paid({ id: "p1", cents: 900 });
  const change = { type: "changed", item: "gin", cents: 1 } as const;
  const late = env.send(orders, "o1").happened(change);
  await expect(late.result()).rejects.toThrow("Too late");
  expect(late.attempts).toHaveLength(1);
});

it("tries the courier again, and holds up no other order meanwhile", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  env.mockRun("book a parcel", ({ target, attempt }) => {
    if (target.includes("o1") && attempt < 3) throw new Error("The courier is busy");
    return target;
  });
  await env.call(customers, "ada").changed(ada);
  for (const order of ["o1", "o2"]) {
    await env.call(orders, order).happened(placed);
    await env.call(orders, order).paid({ id: "p1", cents: 900 });
  }
  await env.atRest();
  expect(await statusOf(env, "o1")).toMatchObject({ parcel: null });
  expect(await statusOf(env, "o2")).toMatchObject({ parcel: "Orders/o2/customerIs" });
  await env.clock.advance({ minutes: 1 });
  expect(await statusOf(env, "o1")).toMatchObject({ parcel: "Orders/o1/customerIs" });
});

type Topic = "orders" | "payments" | "customers";

/** The records of one topic after those of another. */
const arriving = (...topics: readonly Topic[]): Scenario => ({
  services,
  run: async (env, effects) => {
    env.mockRun("book a parcel", ({ target }) => {
      effects.record("parcel", { key: target });
      return "parcel 1";
    });
    const send: Record<Topic, () => void> = {
      orders: () => env.send(orders, "o1").happened(placed),
      payments: () => {
        env.send(orders, "o1").paid({ id: "p1", cents: 400 });
        env.send(orders, "o1").paid({ id: "p2", cents: 500 });
      },
      customers: () => env.send(customers, "ada").changed(ada),
    };
    for (const topic of topics) {
      send[topic]();
      await env.atRest();
    }
    expect(await statusOf(env)).toEqual({ item: "tea", paidCents: 900, parcel: "parcel 1" });
  },
});

it.each<[Topic, Topic, Topic]>([
  ["orders", "payments", "customers"],
  ["orders", "customers", "payments"],
  ["payments", "orders", "customers"],
  ["payments", "customers", "orders"],
  ["customers", "orders", "payments"],
  ["customers", "payments", "orders"],
])("sends the parcel when %s are ahead of %s and these of %s", async (...topics) => {
  await exploreSchedules(arriving(...topics), { runs: 10, seed: 1 });
});

it("sends one parcel, wherever a process dies", async () => {
  const { repeatedRuns } = await exploreCrashes(arriving("payments", "orders", "customers"));
  expect(repeatedRuns.map(({ run, times }) => ({ run, times }))).toEqual([
    { run: "book a parcel", times: 2 },
  ]);
});

function statusOf(env: TestEnvironment, order = "o1") {
  return env.call(orders, order).status();
}
