/** What docs/concurrency.md says, on the test kit. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  type Scenario,
} from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { account, travel, weather } from "./concurrency.js";

const cities = ["Rome", "Oslo", "Lima", "Bonn", "Cork"];

const planning: Scenario = {
  services: [weather, travel],
  run: async (env) => env.call(travel).plan(cities),
};

it("Promise.all over functions that use the context survives every crash and order", async () => {
  await exploreCrashes(planning, { maxPoints: 40 });
  await exploreSchedules(planning, { runs: 20, seed: 1 });
});

it("asCompleted gives what is there, failures included", async () => {
  await using env = await createTestEnvironment({ services: [weather, travel] });
  const lines = await env.call(travel).report(["Rome", "Atlantis"]);
  expect(lines.sort()).toEqual(["no news of Atlantis", "sun in Rome"]);
});

it("a pool of workers is deterministic as well", async () => {
  const pooling: Scenario = {
    services: [weather, travel],
    run: async (env) => env.call(travel).atMost(cities),
  };
  await exploreCrashes(pooling, { maxPoints: 40 });
  await exploreSchedules(pooling, { runs: 20, seed: 1 });
});

it("select says who was first", async () => {
  await using env = await createTestEnvironment({ services: [weather, travel] });
  expect(await env.call(travel).decide()).toBe("nobody answered");
});

it("transfers in both directions wait for each other, and the kit says so", async () => {
  const env = await createTestEnvironment({ services: [account] });
  const transfers = [
    env.call(account, "ann").transfer({ to: "bob", cents: 1 }),
    env.call(account, "bob").transfer({ to: "ann", cents: 1 }),
  ];
  await expect(Promise.all(transfers)).rejects.toThrow(/wait for each other|deadlock/i);
  await Promise.allSettled(transfers);
  await env.dispose().catch(() => undefined);
});
