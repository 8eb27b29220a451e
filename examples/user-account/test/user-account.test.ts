/** No account goes below zero, and no transfer loses or makes money, whatever happens in between. */
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  exploreSchedules,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { describe, expect, test } from "vitest";
import { transfers } from "../src/transfers.js";
import { userAccount } from "../src/user-account.js";

const services = [userAccount, transfers];
const balanceOf = (env: TestEnvironment, user: string) =>
  env.stateOf<{ balance: number }>(userAccount, user).get("balance") ?? 0;

test("what is not there cannot be withdrawn", async () => {
  await using env = await createTestEnvironment({ services });
  await env.call(userAccount, "ann").deposit(100);
  await expect(env.call(userAccount, "ann").withdraw(101)).rejects.toMatchObject({ code: 402 });
  expect(await env.call(userAccount, "ann").balance()).toBe(100);
});

test.each([0, -5, 0.5, Number.NaN])("%d cents are no amount", async (cents) => {
  await using env = await createTestEnvironment({ services });
  await expect(env.call(userAccount, "ann").deposit(cents)).rejects.toMatchObject({ code: 400 });
});

test("of two withdrawals that are too much together, one is refused, in every order", async () => {
  await exploreSchedules({
    services,
    run: async (env) => {
      env.stateOf(userAccount, "ann").set("balance", 100);
      const both = [80, 80].map((cents) => env.call(userAccount, "ann").withdraw(cents));
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(balanceOf(env, "ann")).toBe(20);
    },
  });
});

describe("a transfer", () => {
  test("and the opposite one at the same time come to their end, in every order", async () => {
    await exploreSchedules({
      services,
      run: async (env) => {
        env.stateOf(userAccount, "ann").set("balance", 100);
        env.stateOf(userAccount, "bob").set("balance", 100);
        await Promise.all([
          env.call(transfers).send({ from: "ann", to: "bob", cents: 30 }),
          env.call(transfers).send({ from: "bob", to: "ann", cents: 50 }),
        ]);
        return [balanceOf(env, "ann"), balanceOf(env, "bob")];
      },
    });
  });

  const toClosedAccount = {
    services,
    run: async (env: TestEnvironment) => {
      env.stateOf(userAccount, "ann").set("balance", 100);
      await env.call(userAccount, "bob").close();
      const transfer = env.call(transfers).send({ from: "ann", to: "bob", cents: 30 });
      await expect(transfer).rejects.toMatchObject({ code: 410 });
      return [balanceOf(env, "ann"), balanceOf(env, "bob")];
    },
  };

  test("to a closed account comes back", async () => {
    await using env = await createTestEnvironment({ services });
    expect(await toClosedAccount.run(env)).toEqual([100, 0]);
  });

  test("comes back once, wherever the process dies", async () => {
    await exploreCrashes(toClosedAccount);
  });

  test("neither loses nor makes money when it is cancelled, at whatever moment", async () => {
    await exploreCancellations(
      {
        services,
        run: async (env) => {
          env.stateOf(userAccount, "ann").set("balance", 100);
          await env.call(transfers).send({ from: "ann", to: "bob", cents: 30 });
        },
      },
      {
        // A transfer whose money has left the first account goes on to the second one.
        mayIgnore: () => true,
        after: ({ env }) => {
          expect(balanceOf(env, "ann") + balanceOf(env, "bob")).toBe(100);
        },
      },
    );
  });
});
