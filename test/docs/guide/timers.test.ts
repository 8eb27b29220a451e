/** What docs/timers.md says, on the test kit. */
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, it } from "vitest";
import { backup, clock, invoice } from "./timers.js";

it("reminds until somebody pays", async () => {
  await using env = await createTestEnvironment({ services: [invoice], clock: "manual" });
  const reminders = env.mockRun("remind", () => undefined);
  const run = env.send(invoice, "ann").run({ cents: 900 });
  await env.clock.advance({ days: 15 });
  expect(reminders.executions).toHaveLength(1);
  await env.call(invoice, "ann").paid("r1");
  expect(await run.result()).toBe("paid: r1");
});

it("gives up after the last reminder", async () => {
  await using env = await createTestEnvironment({ services: [invoice] });
  const reminders = env.mockRun("remind", () => undefined);
  expect(await env.call(invoice, "ann").run({ cents: 900 })).toBe("handed to collection");
  expect(reminders.executions).toHaveLength(3);
});

it("a tick follows the other until it is stopped, failures or not", async () => {
  await using env = await createTestEnvironment({ services: [backup], clock: "manual" });
  let runs = 0;
  env.mockRun("back up", () => {
    runs++;
    if (runs <= 5) throw new Error("no space");
  });
  const hour = 3_600_000;
  await env.call(backup, "db").start(hour);
  await env.call(backup, "db").start(hour);
  await env.clock.advance({ hours: 3, minutes: 30 });
  expect(runs).toBe(7); // Five tries that fail for good, then one an hour.
  await env.call(backup, "db").stop();
  await env.clock.advance({ hours: 5 });
  expect(runs).toBe(7);
});

it("waits until a point in time", async () => {
  const startAt = new Date("2026-03-01T08:00:00Z");
  await using env = await createTestEnvironment({ services: [clock], startAt });
  const noon = await env.call(clock).atNoon("2026-03-01");
  expect(Date.parse(noon)).toBeGreaterThanOrEqual(Date.parse("2026-03-01T12:00:00Z"));
});
