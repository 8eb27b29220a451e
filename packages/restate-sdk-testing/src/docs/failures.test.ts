/** Snippets of docs/testing.md: matchers, timelines, tests that hang. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestEnvironment, fails } from "@restatedev/restate-sdk-testing";
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

test("a failed expectation tells what happened instead", async () => {
  await using env = await createTestEnvironment({ services: [wallet] });
  env.mockRun(
    "charge",
    fails(1, new Error("no connection"), () => ({ receipt: "r1" })),
  );
  env.stateOf(wallet, "ada").set("credit", 500);
  const payment = env.send(wallet, "ada").pay(200);
  await payment.result();
  expect(() => expect(payment).toHaveRun("refund")).toThrow(MESSAGE.trim());
});

const MESSAGE = `
Expected it to have run "refund". It has run charge.

Wallet/ada/pay (inv_1c4nHnycC9rA3YMS60fmFrtC59HAZ3XPBe) completed
        +0ms    0 Input 200
        +0ms attempt 1, replaying 1 entry
        +0ms    1 GetEagerState "credit" 500
        +0ms    2 Run "charge"
             └ failed: [500] no connection
      +500ms attempt 2, replaying 3 entries
      +500ms    3 ◂ Run "charge" → {"receipt":"r1"}
             └ suspended
      +500ms attempt 3, replaying 4 entries
      +500ms    4 SetState "credit" 300
      +500ms    5 Output → {"receipt":"r1"}
             └ completed
`;

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
