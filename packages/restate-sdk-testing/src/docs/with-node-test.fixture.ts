/** Snippet of docs/testing.md: the kit with node:test. */
/* eslint-disable @typescript-eslint/no-floating-promises -- the runner waits for its tests. */
import { equal } from "node:assert/strict";
import test from "node:test";
import { createTestEnvironment, mockService } from "@restatedev/restate-sdk-testing";
import { emailer, trial } from "./shop.fixture.js";

test("whoever upgrades stays", async () => {
  await using env = await createTestEnvironment({
    services: [trial, mockService(emailer, { send: () => undefined })],
  });
  env.promiseOf(trial, "ada", "upgraded").resolve("pro");
  const { plan } = await env.call(trial, "ada").run("ada@example.com");
  equal(plan, "pro");
});
