/** Tests of the webhook: every event counts once, and those that nobody signed do not count. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  fails,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { forgetAccounts, paid } from "../src/accounts.js";
import { deliveryOf } from "../src/sender.js";
import { payments, webhook } from "../src/webhook.js";

const services = [webhook, payments];
const event = { type: "invoice.paid", invoice: "invoice-1", cents: 4200 };

beforeEach(forgetAccounts);

test("events that come several times are booked once", async () => {
  await using env = await createTestEnvironment({ services });
  const [first, second] = await Promise.all([post(env, "event-1"), post(env, "event-1")]);
  await env.clock.advance({ hours: 1 });
  const later = await post(env, "event-1");
  await env.atRest();
  expect(first.status).toBe(200);
  expect([second, later]).toEqual([first, first]);
  expect(bookings(env)).toHaveLength(1);
  expect(paid("invoice-1")).toBe(4200);
});

test("other events for the same invoice are other payments", async () => {
  await using env = await createTestEnvironment({ services });
  await post(env, "event-1");
  await post(env, "event-2");
  await env.clock.advance({ hours: 1 });
  expect(paid("invoice-1")).toBe(8400);
});

const twoEventsTwice: Scenario = {
  services,
  run: async (env) => {
    forgetAccounts();
    const ids = ["event-1", "event-1", "event-2", "event-2"];
    await Promise.all(ids.map((id) => post(env, id)));
    await env.clock.advance({ hours: 1 });
    expect(bookings(env)).toHaveLength(2);
    expect(paid("invoice-1")).toBe(8400);
  },
};

test("no event is lost or counted twice wherever the process dies", async () => {
  const { repeatedRuns } = await exploreCrashes(twoEventsTwice);
  expect(repeatedRuns.map(({ run }) => run)).toContain("book the payment");
});

test("no event is lost or counted twice in whatever order they come", async () => {
  await exploreSchedules(twoEventsTwice, { runs: 50 });
});

test("the sender is answered before the event is processed", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun("book the payment", fails(15, new Error("the accounts are closed")));
  const before = env.clock.now();
  await post(env, "event-1");
  expect(env.clock.now()).toBe(before);
  await env.clock.advance({ hours: 1 });
  expect(paid("invoice-1")).toBe(4200);
});

test.each<[string, Partial<RequestInit>]>([
  ["another body", { body: JSON.stringify({ ...event, cents: 1 }) }],
  ["no signature", { headers: { "content-type": "application/json" } }],
])("refuses %s", async (_, forged) => {
  await using env = await createTestEnvironment({ services });
  const answer = await post(env, "event-1", forged);
  expect(answer).toMatchObject({ status: 401 });
  expect(bookings(env)).toEqual([]);
});

test("refuses a delivery that was recorded and is played back", async () => {
  await using env = await createTestEnvironment({ services });
  const recorded = deliveryOf({ id: "event-1", event, nowMs: env.clock.now() });
  await env.clock.advance({ minutes: 6 });
  expect(await post(env, "event-1", recorded)).toMatchObject({ status: 400 });
});

test("has no interest in other events, and refuses what is none", async () => {
  await using env = await createTestEnvironment({ services });
  const sent = (what: object) =>
    deliveryOf({ id: "event-1", event: what as typeof event, nowMs: env.clock.now() });
  expect(await post(env, "event-1", sent({ ...event, type: "invoice.sent" }))).toEqual({
    status: 200,
    answer: "no interest in invoice.sent",
  });
  expect(await post(env, "event-1", sent({ type: "invoice.paid" }))).toMatchObject({ status: 400 });
  expect(bookings(env)).toEqual([]);
});

test("payments cannot be claimed without the webhook", async () => {
  await using env = await createTestEnvironment({ services });
  const claim = { method: "POST", body: JSON.stringify(event) };
  const headers = { "content-type": "application/json" };
  const answer = await env.fetch(`${env.url}/IncomingPayments/book`, { ...claim, headers });
  expect(answer.status).toBe(400);
});

async function post(env: TestEnvironment, id: string, instead: Partial<RequestInit> = {}) {
  const delivery = deliveryOf({ id, event, nowMs: env.clock.now() });
  const response = await env.fetch(`${env.url}/PaymentWebhook/receive`, {
    ...delivery,
    ...instead,
  });
  return { status: response.status, answer: (await response.json()) as unknown };
}

const bookings = (env: TestEnvironment) =>
  env.invocations().filter(({ target }) => target === "IncomingPayments/book");
