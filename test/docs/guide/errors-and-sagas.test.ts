/** What docs/errors-and-sagas.md says, on the test kit. */
import * as restate from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  exploreCancellations,
  exploreCrashes,
  fails,
  type Effects,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { shop, trip } from "./errors-and-sagas.js";

const order = { id: "o1", cents: 100 };
const noNetwork = new Error("no network");

it("a terminal error ends the invocation and carries its code", async () => {
  await using env = await createTestEnvironment({ services: [shop] });
  const bad = env.call(shop).buy({ ...order, cents: 0 });
  await expect(bad).rejects.toMatchObject({ code: 400 });
  const expensive = env.call(shop).buy({ ...order, cents: 2_000_000 });
  await expect(expensive).rejects.toMatchObject({ code: 422 });
});

it("any other error of a step is retried, and no catch sees it", async () => {
  await using env = await createTestEnvironment({ services: [shop] });
  const charge = env.mockRun(
    "charge",
    fails(7, noNetwork, () => "r1"),
  );
  expect(await env.call(shop).buy(order)).toBe("r1");
  expect(charge.executions).toHaveLength(8);
});

it("a limit of retries makes it catchable", async () => {
  await using env = await createTestEnvironment({ services: [shop] });
  const charge = env.mockRun("charge", fails(7, noNetwork));
  expect(await env.call(shop).buyOrGiveUp(order)).toBe("try again tomorrow");
  expect(charge.executions).toHaveLength(3);
});

/** Books in a world that keeps count, and in which the hotel is full if asked. */
function booking(hotel: "free" | "full"): Scenario {
  return {
    services: [trip],
    run: async (env, effects) => {
      keepCount(env, effects);
      if (hotel === "full") {
        env.mockRun("book hotel", () => {
          throw new restate.TerminalError("The hotel is full");
        });
      }
      const booked = env.call(trip).book({ flight: "LH1", hotel: "Ritz" });
      return booked.then(
        () => "booked",
        (error: unknown) => (error as Error).message,
      );
    },
  };
}

function keepCount(env: TestEnvironment, effects: Effects): void {
  for (const step of ["book flight", "book hotel", "cancel flight", "cancel hotel"]) {
    env.mockRun(step, () => effects.record(step, { key: "1" }));
  }
}

it("a saga undoes what was done, wherever it crashes", async () => {
  await exploreCrashes(booking("free"));
  await exploreCrashes(booking("full"));
  await using env = await createTestEnvironment({ services: [trip] });
  const undone: string[] = [];
  env.mockRun("book hotel", () => {
    throw new restate.TerminalError("The hotel is full");
  });
  for (const step of ["cancel flight", "cancel hotel"]) env.mockRun(step, () => undone.push(step));
  const failed = env.call(trip).book({ flight: "LH1", hotel: "Ritz" });
  await expect(failed).rejects.toThrow("The hotel is full");
  expect(undone).toEqual(["cancel hotel", "cancel flight"]);
});

it("and wherever it is cancelled", async () => {
  await exploreCancellations(booking("free"), {
    after: ({ effects }) => {
      if (effects.count("book flight") > 0) expect(effects.count("cancel flight")).toBe(1);
    },
  });
});
