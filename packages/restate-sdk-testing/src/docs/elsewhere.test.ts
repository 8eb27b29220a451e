/** Snippets of docs/testing.md: handlers that are served elsewhere. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { wallet } from "./shop.fixture.js";

test("handlers behind a URL or a fetch handler", async () => {
  const handler = createEndpointHandler({ services: [wallet] });
  await using env = await createTestEnvironment({
    deployments: [{ fetch: handler }], // or { url: "http://localhost:9080" }
  });
  await expect(env.call(wallet, "ada").pay(1)).rejects.toThrow("Not enough credit");
});
