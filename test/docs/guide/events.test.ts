/** What docs/events.md says, on the test kit. */
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { customer, dispatcher, payout, publication, tour } from "./events.js";

it("an awakeable is resolved over HTTP", async () => {
  await using env = await createTestEnvironment({ services: [payout], clock: "manual" });
  env.mockRun("ask for approval", () => undefined);
  const byHttp = env.call(payout).pay({ id: "o1", cents: 1 });
  const { id } = await env.awakeables.next();
  const response = await env.fetch(`${env.url}/restate/awakeables/${id}/resolve`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ approved: false }),
  });
  expect(response.status).toBe(202);
  expect(await byHttp).toBe("refused");
});

it("or by a handler, or by nobody", async () => {
  await using env = await createTestEnvironment({
    services: [payout, dispatcher],
    clock: "manual",
  });
  env.mockRun("ask for approval", () => undefined);
  const approved = env.call(payout).pay({ id: "o1", cents: 1 });
  await env.call(dispatcher).approve((await env.awakeables.next()).id);
  expect(await approved).toBe("paid");
  const forgotten = env.send(payout).pay({ id: "o2", cents: 1 });
  await env.clock.advance({ days: 3 });
  await expect(forgotten.result()).rejects.toMatchObject({ code: 408 });
});

it("a durable promise may be resolved once, before it is awaited or after", async () => {
  await using env = await createTestEnvironment({ services: [publication] });
  await env.call(publication, "a").review("good");
  expect(await env.call(publication, "a").run("text")).toBe("published: text");
  expect(await env.call(publication, "a").draft()).toBe("text");
  await expect(env.call(publication, "a").review("bad")).rejects.toMatchObject({ code: 409 });
});

it("a signal reaches the invocation it is sent to", async () => {
  await using env = await createTestEnvironment({ services: [tour, dispatcher], clock: "manual" });
  const visit = env.send(tour).guide(["hall", "attic"]);
  await env.clock.advance({ minutes: 10 });
  await env.call(dispatcher).closing(visit.id);
  expect(await visit.result()).toBe("left before attic: the museum closes");
  const other = env.send(tour).guide(["hall", "attic"]);
  await env.clock.advance({ minutes: 20 });
  expect(await other.result()).toBe("saw everything");
});

it("events of one key are handled in order", async () => {
  await using env = await createTestEnvironment({ services: [customer] });
  await Promise.all([1, 2, 3].map((cents) => env.call(customer, "ann").ordered({ cents })));
  expect(env.stateOf(customer, "ann").get("cents")).toBe(6);
});
