/** A seat is never in two carts, is given back in time, and is sold to who has paid, once. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { payments, type Receipt } from "../src/payments.js";
import { seat } from "../src/seat.js";
import { shoppingCart } from "../src/shopping-cart.js";

const services = [shoppingCart, seat];
const a1 = { seat: "A1", cents: 3000 };
const a2 = { seat: "A2", cents: 2000 };
const cartOf = (env: TestEnvironment, customer: string) => env.call(shoppingCart, customer);
const statusOf = (env: TestEnvironment, seatId: string) => env.call(seat, seatId).status();

beforeEach(() => payments.reset());

test("a seat that is not paid is free again after a quarter of an hour", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  expect(await cartOf(env, "ann").add(a1)).toBe(true);
  await env.clock.advance({ minutes: 14 });
  expect(await cartOf(env, "bob").add(a1)).toBe(false);
  await env.clock.advance({ minutes: 1 });
  expect(await cartOf(env, "ann").items()).toEqual([]);
  expect(await cartOf(env, "bob").add(a1)).toBe(true);
});

test("a seat that was put back and taken again has its full time", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await cartOf(env, "ann").add(a1);
  await env.clock.advance({ minutes: 10 });
  await cartOf(env, "ann").remove("A1");
  await cartOf(env, "ann").add(a1);
  await env.clock.advance({ minutes: 10 });
  expect(await statusOf(env, "A1")).toBe("held");
  await env.clock.advance({ minutes: 5 });
  expect(await statusOf(env, "A1")).toBe("free");
});

test("what expires during the checkout is sold all the same", async () => {
  await using env = await createTestEnvironment({ services });
  let paid = (_receipt: Receipt) => {};
  env.mockRun("charge the card", () => new Promise<Receipt>((resolve) => (paid = resolve)));
  await cartOf(env, "ann").add(a1);
  const checkout = env.send(shoppingCart, "ann").checkout("visa");
  await env.clock.advance({ minutes: 20 }, { whileBusy: true });
  expect(await statusOf(env, "A1")).toBe("held");
  paid({ paymentId: "p1", cents: 3000 });
  await checkout.result();
  await env.atRest();
  expect(await statusOf(env, "A1")).toBe("sold");
});

test("a declined card leaves the cart as it is", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  await cartOf(env, "ann").add(a1);
  await expect(cartOf(env, "ann").checkout("declined")).rejects.toMatchObject({ code: 402 });
  expect(await cartOf(env, "ann").items()).toHaveLength(1);
  expect(await statusOf(env, "A1")).toBe("held");
});

test("a seat goes to one of two customers, in every order", async () => {
  await exploreSchedules({
    services,
    run: async (env) => {
      const [ann, bob] = await Promise.all([
        cartOf(env, "ann").add(a1),
        cartOf(env, "bob").add(a1),
      ]);
      expect([ann, bob].filter(Boolean)).toHaveLength(1);
      expect(await cartOf(env, ann ? "ann" : "bob").items()).toHaveLength(1);
    },
  });
});

test("who checks out twice at the same moment pays once, in every order", async () => {
  await exploreSchedules(
    buying(async (env) => {
      const both = [cartOf(env, "ann").checkout("visa"), cartOf(env, "ann").checkout("visa")];
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }),
  );
});

test("wherever the process dies, the customer pays once and has both seats", async () => {
  const report = await exploreCrashes(buying((env) => cartOf(env, "ann").checkout("visa")));
  expect(report.repeatedRuns.map(({ run }) => run)).toEqual(["charge the card"]);
});

test("a checkout that is cancelled takes no money, or has sold the seats, at whatever moment", async () => {
  await exploreCancellations(
    {
      services,
      run: async (env) => {
        payments.reset();
        await cartOf(env, "ann").add(a1);
        await cartOf(env, "ann").checkout("visa");
      },
    },
    {
      cancels: (target) => target.endsWith("/checkout"),
      after: async ({ env }) => {
        await env.atRest();
        const isSold = env.stateOf(seat, "A1").get("status") === "sold";
        expect(payments.receipts).toHaveLength(isSold ? 1 : 0);
      },
    },
  );
});

test("a seat is held for a cart that has it, or not at all, whenever adding it is cancelled", async () => {
  await exploreCancellations(
    {
      services,
      run: async (env) => {
        await cartOf(env, "ann").add(a1);
      },
    },
    {
      after: async ({ env }) => {
        await env.atRest();
        const isInCart = env.stateOf(shoppingCart, "ann").get("items") !== null;
        expect(env.stateOf(seat, "A1").get("status")).toBe(isInCart ? "held" : null);
      },
    },
  );
});

/** Two seats in ann's cart, a payment provider that starts afresh, and what it has charged. */
function buying(checkOut: (env: TestEnvironment) => Promise<unknown>): Scenario {
  return {
    services,
    run: async (env, effects) => {
      payments.reset();
      env.mockRun("charge the card", async ({ action }) => {
        const receipt = (await action()) as Receipt;
        effects.record("charge", { key: receipt.paymentId, details: receipt.cents });
        return receipt;
      });
      await Promise.all([cartOf(env, "ann").add(a1), cartOf(env, "ann").add(a2)]);
      await checkOut(env);
      await env.atRest();
      expect(payments.receipts).toHaveLength(1);
      return [await statusOf(env, "A1"), await statusOf(env, "A2")];
    },
  };
}
