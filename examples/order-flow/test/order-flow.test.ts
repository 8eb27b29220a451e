/** Orders that take every branch, progress at every stage, the end of retention, crashes and cancellations everywhere. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import type { Order } from "../src/order.js";
import { orderFlow } from "../src/order-flow.js";
import { payments, startOver, warehouse } from "../src/outside.js";

const order: Order = {
  items: ["kettle", "spoons", "cups", "teapot"],
  centsPerItem: 1_000,
  card: "4242",
};
const delivered = { kind: "delivered", paidCents: 3_000, parcels: 2 };

beforeEach(() => startOver());

test("what is in stock is paid, shipped in one parcel for each place, and tracked until it arrives", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  expect(await env.call(orderFlow, "o1").run(order)).toEqual(delivered);
  expect(await env.call(orderFlow, "o1").progress()).toEqual({
    stage: "over",
    declinedCards: 0,
    items: { kettle: "Lyon", spoons: null, cups: "Gdansk", teapot: "Lyon" },
    parcels: { "o1 from Lyon": true, "o1 from Gdansk": true },
    outcome: delivered,
  });
  expect([...payments.balances]).toEqual([["o1", 3_000]]);
});

test("progress shows every stage while it runs", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  const stage = async () => (await env.call(orderFlow, "o1").progress())?.stage;
  const run = env.send(orderFlow, "o1").run({ ...order, card: "expired" });
  await env.clock.advance({ hours: 1 });
  expect(await stage()).toBe("waiting for another card");
  await env.call(orderFlow, "o1").useCard("4242");
  await env.clock.advance({ hours: 1 });
  expect(await stage()).toBe("on its way");
  expect(await run.result()).toEqual(delivered);
  expect(await stage()).toBe("over");
});

test("nobody hears of an order that does not exist", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  expect(await env.call(orderFlow, "o1").progress()).toBeNull();
  await expect(env.call(orderFlow, "o1").useCard("4242")).rejects.toMatchObject({ code: 409 });
});

test("an order of which nothing is in stock is cancelled", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  const outcome = await env.call(orderFlow, "o1").run({ ...order, items: ["spoons"] });
  expect(outcome).toEqual({ kind: "cancelled", because: "everything is sold out" });
});

test("after three declined cards everything goes back", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  const run = env.send(orderFlow, "o1").run({ ...order, card: "expired" });
  for (let cards = 0; cards < 2; cards++) {
    await env.clock.advance({ hours: 1 });
    await env.call(orderFlow, "o1").useCard("expired");
  }
  expect(await run.result()).toEqual({ kind: "cancelled", because: "nobody paid" });
  expect([...warehouse.reserved]).toEqual([]);
});

test("nobody waits longer than three days for a card", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  const startedAt = env.clock.now();
  const outcome = await env.call(orderFlow, "o1").run({ ...order, card: "expired" });
  expect(outcome).toEqual({ kind: "cancelled", because: "nobody paid" });
  expect(Math.floor((env.clock.now() - startedAt) / (24 * 60 * 60 * 1_000))).toBe(3);
});

test("result and progress can be asked for during thirty days after the end", async () => {
  await using env = await createTestEnvironment({ services: [orderFlow] });
  const client = env.ingress.workflowClient(orderFlow, "o1");
  await client.workflowSubmit(order);
  expect((await client.workflowOutput()).ready).toBe(false);
  expect(await client.workflowAttach()).toEqual(delivered);

  await env.clock.advance({ days: 29 });
  expect((await client.workflowOutput()).result).toEqual(delivered);
  expect((await client.workflowSubmit(order)).status).toBe("PreviouslyAccepted");
  await env.clock.advance({ days: 2 });
  await expect(client.workflowOutput()).rejects.toMatchObject({ status: 404 });
  expect(await client.progress()).toBeNull();
});

test("a crash at any moment changes nothing", async () => {
  const { points } = await exploreCrashes({
    services: [orderFlow],
    run: async (env) => {
      startOver();
      const run = env.send(orderFlow, "o1").run({ ...order, card: "expired" });
      await env.clock.advance({ hours: 1 });
      await env.call(orderFlow, "o1").useCard("4242");
      await run.result();
      return { charged: [...payments.balances], reserved: [...warehouse.reserved] };
    },
  });
  expect(points.length).toBeGreaterThan(100);
});

test("who cancels an order before it is paid gets everything back", async () => {
  const { runs } = await exploreCancellations(
    {
      services: [orderFlow],
      run: async (env) => {
        startOver();
        await env.call(orderFlow, "o1").run({ ...order, card: "expired" });
      },
    },
    {
      after: () => {
        expect([...payments.balances]).toEqual([]);
        expect([...warehouse.reserved]).toEqual([]);
      },
    },
  );
  expect(runs).toBeGreaterThan(3);
});
