/** Managers who answer at once, late, unclearly or never, and processes that die while they think. */
import {
  createTestEnvironment,
  exploreCrashes,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { chat } from "../src/chat.js";
import { expenseApproval } from "../src/expense-approval.js";

const trip = {
  employee: "ada",
  cents: 42_000,
  purpose: "a train ride",
  managers: ["mona", "omar"],
};
const HOUR = 60 * 60 * 1_000;

beforeEach(() => chat.reset());

test("a manager approves, with one HTTP request from a system that knows nothing of Restate's clients", async () => {
  await using env = await createTestEnvironment({ services: [expenseApproval] });
  const run = env.send(expenseApproval, "e1").run(trip);
  await env.atRest();
  expect(run.waitsFor().join()).toContain("awakeable");
  expect(await answer(env, "mona", "resolve", { approved: true, comment: "Enjoy" })).toBe(202);
  expect(await run.result()).toEqual({ approved: true, by: "mona", comment: "Enjoy" });
  expect(toldEmployee()).toBe("Your expense was approved by mona: Enjoy");
});

test("managers are asked two days apart, and after the last the expense is rejected", async () => {
  await using env = await createTestEnvironment({ services: [expenseApproval] });
  const startedAt = env.clock.now();
  const hours = () => Math.round((env.clock.now() - startedAt) / HOUR);
  const asked: number[] = [];
  env.mockRun("ask for approval", () => void asked.push(hours()));

  const decision = await env.call(expenseApproval, "e1").run(trip);
  expect(decision).toEqual({ approved: false, by: null, comment: "Nobody answered in time" });
  expect(asked).toEqual([0, 48]);
  expect(hours()).toBe(96);
});

test("whoever was asked first may still answer when the next one has been asked", async () => {
  await using env = await createTestEnvironment({ services: [expenseApproval] });
  const run = env.send(expenseApproval, "e1").run(trip);
  await env.clock.advance({ days: 3 });
  expect(await env.call(expenseApproval, "e1").progress()).toEqual({ asked: ["mona", "omar"] });
  await answer(env, "mona", "resolve", { approved: true });
  expect(await run.result()).toEqual({ approved: true, by: "mona" });
});

test("the first answer counts, and later ones do no harm", async () => {
  await using env = await createTestEnvironment({ services: [expenseApproval] });
  const run = env.send(expenseApproval, "e1").run(trip);
  await env.clock.advance({ days: 3 });
  await answer(env, "omar", "resolve", { approved: false });
  await answer(env, "mona", "resolve", { approved: true });
  expect(await run.result()).toEqual({ approved: false, by: "omar" });
  expect(await answer(env, "mona", "resolve", { approved: true })).toBe(202);
});

test.each([[{ approved: "true" }], [{ approve: true }], ["yes"], [null]])(
  "%j is no clear yes",
  async (payload) => {
    await using env = await createTestEnvironment({ services: [expenseApproval] });
    const run = env.send(expenseApproval, "e1").run(trip);
    await env.atRest();
    await answer(env, "mona", "resolve", payload);
    expect(await run.result()).toEqual({ approved: false, by: "mona" });
  },
);

test("a rejected awakeable is a no, with its reason", async () => {
  await using env = await createTestEnvironment({ services: [expenseApproval] });
  const run = env.send(expenseApproval, "e1").run(trip);
  await env.atRest();
  await answer(env, "mona", "reject", "Too expensive");
  expect(await run.result()).toEqual({ approved: false, by: "mona", comment: "Too expensive" });
});

test("a crash at any moment asks nobody twice and loses no answer", async () => {
  const report = await exploreCrashes({
    services: [expenseApproval],
    run: async (env) => {
      chat.reset();
      const run = env.send(expenseApproval, "e1").run(trip);
      await env.clock.advance({ days: 3 });
      await answer(env, "omar", "resolve", { approved: true });
      return { decision: await run.result(), delivered: chat.delivered };
    },
  });
  expect(report.repeatedRuns.map(({ run }) => run)).toEqual([
    "ask for approval",
    "tell the employee",
  ]);
});

/** Presses a button of the message that the manager got. */
async function answer(
  env: TestEnvironment,
  manager: string,
  verb: "resolve" | "reject",
  payload: unknown,
): Promise<number> {
  const awakeable = chat.delivered.find(({ to }) => to === manager)?.answerTo;
  const isText = verb === "reject";
  const response = await env.fetch(`${env.url}/restate/awakeables/${awakeable}/${verb}`, {
    method: "POST",
    headers: { "content-type": isText ? "text/plain" : "application/json" },
    body: isText ? String(payload) : JSON.stringify(payload),
  });
  return response.status;
}

function toldEmployee(): string | undefined {
  return chat.delivered.find(({ to }) => to === "ada")?.text;
}
