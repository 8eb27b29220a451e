/** What docs/getting-started.md says, on the test kit. */
import { createTestEnvironment, fails } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { orders } from "./getting-started.js";

it("charges once, however often sending the receipt fails", async () => {
  await using env = await createTestEnvironment({ services: [orders] });
  const charge = env.mockRun("charge the card", () => "r1");
  env.mockRun(
    "send the receipt",
    fails(2, new Error("the mail server is down"), () => undefined),
  );
  expect(await env.call(orders).place({ item: "pen", cents: 200 })).toBe("r1");
  expect(charge.executions).toHaveLength(1);
});
