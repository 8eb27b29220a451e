/** Tests of the subscriptions: above all that nobody pays twice. */
import {
  createTestEnvironment,
  exploreCrashes,
  fails,
  type Scenario,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { forgetSubscriptions, subscriptionsOf } from "../src/catalogue.js";
import { forgetPayments, paymentsMade } from "../src/payment-provider.js";
import { subscriptions } from "../src/subscriptions.js";

const order = { user: "ada", card: "4242", subscriptions: ["news", "music", "films"] };

function forgetEverything(): void {
  forgetPayments();
  forgetSubscriptions();
}

beforeEach(forgetEverything);

test("pays once, although the provider's first answer is lost", async () => {
  await using env = await createTestEnvironment({ services: [subscriptions] });
  const pay = env.mockRun("pay", ({ action }) => action());
  const { payment, subscribed } = await env.call(subscriptions).add(order);
  expect(pay.executions).toHaveLength(2);
  expect(paymentsMade()).toMatchObject([{ card: "4242", reference: payment }]);
  expect(subscribed).toEqual(["news", "music", "films"]);
});

test("pays once and subscribes to everything, wherever the process dies", async () => {
  const ordering: Scenario = {
    services: [subscriptions],
    run: async (env) => {
      forgetEverything();
      await env.call(subscriptions).add(order);
      return { payments: paymentsMade(), subscriptions: subscriptionsOf("ada") };
    },
  };
  const { repeatedRuns } = await exploreCrashes(ordering);
  // These were taken twice in some crash, which made no difference: whoever they ask recognises a repetition.
  expect(new Set(repeatedRuns.map(({ run }) => run))).toEqual(
    new Set(["pay", "subscribe to news", "subscribe to music", "subscribe to films"]),
  );
});

test("goes on with what is left to do when a service comes back after a day", async () => {
  await using env = await createTestEnvironment({ services: [subscriptions] });
  const pay = env.mockRun("pay", () => "payment-1");
  const down = new Error("down for maintenance");
  const films = env.mockRun(
    "subscribe to films",
    fails(60, down, () => undefined),
  );
  const before = env.clock.now();
  await env.call(subscriptions).add(order);
  expect(env.clock.now() - before).toBeGreaterThan(24 * 60 * 60 * 1000);
  expect(pay.executions).toHaveLength(1);
  expect(films.executions).toHaveLength(61);
});

test("a declined card ends the order before anything is subscribed to", async () => {
  await using env = await createTestEnvironment({ services: [subscriptions] });
  const refused = env.call(subscriptions).add({ ...order, card: "0000" });
  await expect(refused).rejects.toMatchObject({ code: 402 });
  expect(paymentsMade()).toEqual([]);
  expect(subscriptionsOf("ada")).toEqual([]);
});

test("an order that is sent twice under one key is one order", async () => {
  await using env = await createTestEnvironment({ services: [subscriptions] });
  const client = env.call(subscriptions, { idempotencyKey: "order-1" });
  const confirmations = await Promise.all([client.add(order), client.add(order)]);
  expect(confirmations[0]).toEqual(confirmations[1]);
  expect(paymentsMade()).toHaveLength(1);
});
