/** Snippets of docs/testing.md: services together, and time. */
import { createTestEnvironment, fails, mockService } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { emailer, expenses, trial, wallet } from "./shop.fixture.js";

test("reminds every ten days, then ends", async () => {
  const texts: string[] = [];
  await using env = await createTestEnvironment({
    services: [trial, mockService(emailer, { send: ({ text }) => void texts.push(text) })],
  });
  await expect(env.call(trial, "ada").run("ada@example.com")).rejects.toThrow("over");
  expect(texts).toEqual(["20 days left", "10 days left", "0 days left"]);
});

test("ends early for who upgrades", async () => {
  await using env = await createTestEnvironment({
    services: [trial, mockService(emailer, { send: () => undefined })],
    clock: "manual",
  });
  const run = env.send(trial, "ada").run("ada@example.com");
  await env.clock.advance({ days: 2, hours: 12 });
  expect(run.waitsFor()).toContain('the promise "upgraded"');
  await env.call(trial, "ada").upgrade("pro");
  expect(await run.result()).toEqual({ plan: "pro", day: 3 });
});

test("a mail server that is down for a while delays the mail", async () => {
  await using env = await createTestEnvironment({ services: [emailer] });
  const smtp = env.mockRun(
    "smtp",
    fails(2, new Error("no connection"), () => undefined),
  );
  const before = env.clock.now();
  await env.call(emailer).send({ to: "ada@example.com", text: "hi" });
  expect(smtp.executions.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(env.clock.now() - before).toBe(1_500);
});

test("an approval that nobody gives times out after a week", async () => {
  await using env = await createTestEnvironment({ services: [expenses] });
  env.mockRun("ask manager", () => undefined);
  await expect(env.call(expenses).approve(900)).rejects.toMatchObject({ code: 408 });
});

test("a manager approves", async () => {
  await using env = await createTestEnvironment({ services: [expenses], clock: "manual" });
  env.mockRun("ask manager", () => undefined);
  const result = env.call(expenses).approve(900);
  const awakeable = await env.awakeables.next();
  awakeable.resolve(true);
  expect(await result).toBe("approved");
});

test("payments of one customer come one after the other", async () => {
  await using env = await createTestEnvironment({ services: [wallet] });
  env.mockRun("charge", () => ({ receipt: "r" }));
  const state = env.stateOf<{ credit: number }>(wallet, "ada");
  state.set("credit", 500);
  const payments = [300, 300].map((cents) => env.call(wallet, "ada").pay(cents));
  const outcomes = await Promise.allSettled(payments);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(state.get("credit")).toBe(200);
});
