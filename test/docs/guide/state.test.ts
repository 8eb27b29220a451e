/** What docs/state.md says, on the test kit. */
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { archive, cart, hasty, sneaky } from "./state.js";

it("a cart remembers, is read beside, and forgets", async () => {
  await using env = await createTestEnvironment({ services: [cart] });
  await env.call(cart, "ann").add({ sku: "pen", cents: 200 });
  expect(await env.call(cart, "ann").add({ sku: "ink", cents: 300 })).toBe(2);
  expect(await env.call(cart, "ann").total()).toEqual({ cents: 500, currency: "EUR" });
  expect(await env.call(cart, "bob").total()).toEqual({ cents: 0, currency: "EUR" });
  await env.call(cart, "ann").checkout();
  expect(env.stateOf(cart, "ann").getAll()).toEqual({});
  await expect(env.call(cart, "ann").checkout()).rejects.toMatchObject({ code: 409 });
});

it("what was set before a terminal error stays set", async () => {
  await using env = await createTestEnvironment({ services: [hasty] });
  await expect(env.call(hasty, "ann").spend(200)).rejects.toThrow("Too much");
  expect(env.stateOf(hasty, "ann").get("spent")).toBe(200);
});

it("lazy state is fetched when it is read", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  env.stateOf(archive, "ann").set("monday", "rain");
  const reading = env.send(archive, "ann").read("monday");
  expect(await reading.result()).toBe("rain");
  expect(reading.journal().map(({ type }) => type)).toContain("GetLazyState");
});

it("a shared handler that writes all the same is not let through", async () => {
  await using env = await createTestEnvironment({ services: [sneaky], retries: false });
  await expect(env.call(sneaky, "ann").write()).rejects.toThrow("cannot write state");
});
