/** Snippets of docs/testing.md: matchers, timelines, tests that hang. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { restateMatchers } from "@restatedev/restate-sdk-testing/matchers";
import "@restatedev/restate-sdk-testing/vitest";
import { expect, test } from "vitest";
import { wallet } from "./shop.fixture.js";

expect.extend(restateMatchers);

test("charges the card", async () => {
  await using env = await createTestEnvironment({ services: [wallet] });
  env.mockRun("charge", () => ({ receipt: "r1" }));
  env.stateOf(wallet, "ada").set("credit", 500);
  const payment = env.send(wallet, "ada").pay(200);
  await payment.result();
  expect(payment).toHaveRun("charge", 1);
  expect(payment).toHaveState({ credit: 300 });
  expect(payment).toHaveCompletedWith({ receipt: "r1" });
});

test("draws what happened", async () => {
  await using env = await createTestEnvironment({ services: [wallet] });
  const payment = env.send(wallet, "ada").pay(200);
  await payment.result().catch(() => undefined);
  writeFileSync(join(tmpdir(), "payment.svg"), payment.timeline({ format: "svg" }));
});

test("pays again from where it went wrong", async () => {
  await using env = await createTestEnvironment({ services: [wallet] });
  const charge = env.mockRun("charge", () => ({ receipt: "r1" }));
  env.stateOf(wallet, "ada").set("credit", 500);
  const payment = env.send(wallet, "ada").pay(200);
  await payment.result();
  const run = payment.journal().find(({ name }) => name === "charge");
  await payment.restartFrom(run).result();
  expect(charge.executions).toHaveLength(1);
});
