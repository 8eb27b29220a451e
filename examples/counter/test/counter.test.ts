/** A counter loses no addition, whatever the order, and whatever crashes. */
import { createTestEnvironment, exploreCrashes } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { counter } from "../src/counter.js";

test("concurrent additions come one after the other", async () => {
  await using env = await createTestEnvironment({ services: [counter] });
  const door = env.call(counter, "door");
  const counts = await Promise.all(Array.from({ length: 10 }, () => door.add(1)));
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("counters have nothing to do with each other, and start over when they are reset", async () => {
  await using env = await createTestEnvironment({ services: [counter] });
  await env.call(counter, "door").add(2);
  await env.call(counter, "window").add(3);
  await env.call(counter, "door").reset();
  expect(await env.call(counter, "door").value()).toBe(0);
  expect(await env.call(counter, "window").value()).toBe(3);
});

test("a crash counts nothing twice", async () => {
  await exploreCrashes({
    services: [counter],
    run: async (env) => {
      await env.call(counter, "door").add(1);
      return env.call(counter, "door").add(1);
    },
  });
});
