/** What docs/migrating-from-queues-and-temporal.md says, on the test kit. */
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { fulfilment } from "./migration.js";

it("an order is charged, shipped and mailed, and says how far it is", async () => {
  await using env = await createTestEnvironment({ services: [fulfilment], clock: "manual" });
  const run = env.send(fulfilment, "o1").run({ cents: 100 });
  await env.atRest();
  expect(await env.call(fulfilment, "o1").status()).toBe("in the warehouse");
  await env.call(fulfilment, "o1").shipped("T1");
  expect(await run.result()).toBe("T1");
  expect(await env.call(fulfilment, "o1").status()).toBe("on its way");
});

it("an order that is never shipped fails after five days", async () => {
  await using env = await createTestEnvironment({ services: [fulfilment] });
  await expect(env.call(fulfilment, "o1").run({ cents: 100 })).rejects.toMatchObject({ code: 408 });
});
