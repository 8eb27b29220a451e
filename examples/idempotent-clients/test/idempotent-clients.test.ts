/** Lost answers, impatient and forgetful clients, keys that are used again, and processes that die: paid once. */
import {
  createTestEnvironment,
  exploreCrashes,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { bank } from "../src/bank.js";
import { collect, connectTo, pay, requestPayout } from "../src/client.js";
import { loseEverySecondAnswer } from "../src/flaky-network.js";
import { accountOpening, payouts } from "../src/payouts.js";

const payout = { id: "payout-1", account: "ada", cents: 4_200 };
const start = () => createTestEnvironment({ services: [payouts, accountOpening] });
const flaky = (env: TestEnvironment) => connectTo(env.url, loseEverySecondAnswer(env.fetch));

beforeEach(() => bank.reset());

test("a lost answer is asked for again, and nothing is paid again", async () => {
  await using env = await start();
  const receipt = await pay(flaky(env), payout);
  expect(bank.transfers).toEqual([{ id: receipt.transferId, account: "ada", cents: 4_200 }]);
  expect(env.invocations()).toHaveLength(1);
});

test("without a key the client does not ask again, and who does so by hand pays twice", async () => {
  await using env = await start();
  const client = flaky(env).serviceClient(payouts);
  await expect(Promise.resolve(client.pay(payout))).rejects.toThrow("the connection broke");
  await client.pay(payout);
  expect(bank.transfers).toHaveLength(2);
});

test("any number of clients that ask at the same time get the same receipt", async () => {
  await using env = await start();
  const clients = Array.from({ length: 5 }, () => connectTo(env.url, env.fetch));
  const receipts = await Promise.all(clients.map((client) => pay(client, payout)));
  expect(new Set(receipts.map(({ transferId }) => transferId)).size).toBe(1);
  expect(bank.transfers).toHaveLength(1);
});

test("a receipt is collected later, by somebody who has nothing but the id", async () => {
  await using env = await start();
  const waiting = { ...payout, after: { days: 3 } };
  const { invocationId, status } = await requestPayout(connectTo(env.url, env.fetch), waiting);
  expect(status).toBe("Accepted");

  const later = connectTo(env.url, env.fetch);
  expect((await later.output(invocationId)).ready).toBe(false);
  const receipt = await collect(later, invocationId);
  expect(bank.transfers).toEqual([{ id: receipt.transferId, account: "ada", cents: 4_200 }]);
});

test("who has lost even the id requests once more, and gets it", async () => {
  await using env = await start();
  const first = await requestPayout(connectTo(env.url, env.fetch), payout);
  const again = await requestPayout(connectTo(env.url, env.fetch), payout);
  expect(again).toMatchObject({ invocationId: first.invocationId, status: "PreviouslyAccepted" });
});

test("a failure for good is the answer to every repetition", async () => {
  await using env = await start();
  const closed = { ...payout, account: "closed" };
  for (let times = 0; times < 2; times++) {
    await expect(pay(connectTo(env.url, env.fetch), closed)).rejects.toMatchObject({ status: 422 });
  }
  expect(env.invocations()).toHaveLength(1);
});

test("a key that was used for another payout is noticed", async () => {
  await using env = await start();
  const client = connectTo(env.url, env.fetch);
  await pay(client, payout);
  await expect(pay(client, { ...payout, cents: 9_900 })).rejects.toThrow(
    "The id payout-1 was used before, for 4200 cents instead of 9900",
  );
  expect(bank.transfers).toHaveLength(1);
});

test.each([
  [6, 1],
  [8, 2],
])(
  "asked again after %i days, the service has been at work %i times: the key is kept for seven",
  async (days, times) => {
    await using env = await start();
    const transfer = env.mockRun("transfer", () => "done");
    const client = connectTo(env.url, env.fetch);
    await pay(client, payout);
    await env.clock.advance({ days });
    await pay(client, payout);
    expect(transfer.executions).toHaveLength(times);
  },
);

test("a workflow that is submitted twice runs once, with the input of the first", async () => {
  await using env = await start();
  const workflow = flaky(env).workflowClient(accountOpening, "ada");
  await workflow.workflowSubmit("Ada");
  const again = await workflow.workflowSubmit("Somebody else");
  expect(again.status).toBe("PreviouslyAccepted");
  expect(await workflow.workflowAttach()).toMatch(/^Ada \d{6}$/);
  expect(env.invocations()).toHaveLength(1);
});

test("a crash at any moment makes no second transfer", async () => {
  const report = await exploreCrashes({
    services: [payouts, accountOpening],
    run: async (env) => {
      bank.reset();
      await pay(connectTo(env.url, env.fetch), payout);
      return bank.transfers;
    },
  });
  expect(report.repeatedRuns.map(({ run }) => run)).toEqual(["transfer"]);
});
