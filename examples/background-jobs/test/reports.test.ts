/** Tests of the jobs: each is done once, not before its time, and can be awaited and cancelled. */
import { rpc } from "@restatedev/restate-sdk-clients";
import {
  createTestEnvironment,
  exploreCrashes,
  fails,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { forgetFiles, open } from "../src/files.js";
import { reports } from "../src/reports.js";

const order = { order: "order-1", customer: "ada", month: "2026-12" };
const newYear = { ...order, at: "2027-01-01T06:00:00Z" };
const start = { services: [reports], startAt: new Date("2026-11-22T12:00:00Z") };

beforeEach(forgetFiles);

test("does a job at the time it is asked to, weeks later", async () => {
  await using env = await createTestEnvironment({ ...start, clock: "manual" });
  const id = env.call(reports).schedule(newYear);
  await env.clock.advanceTo(new Date("2027-01-01T05:59:59Z"));
  expect(open("order-1.txt")).toBeUndefined();
  await env.clock.advance({ seconds: 2 });
  expect(open("order-1.txt")).toMatch("ada, 2026-12");
  expect(env.invocation(await id).status).toBe("completed");
});

test("does at once what should have been done before", async () => {
  await using env = await createTestEnvironment(start);
  env.mockRun("read the figures", () => [1, 2, 3]);
  const id = await env.call(reports).schedule({ ...order, at: "2026-11-22T11:59:00Z" });
  await env.call(reports).collect(id);
  expect(env.clock.now()).toBe(start.startAt.getTime());
});

test("does once what is ordered twice", async () => {
  await using env = await createTestEnvironment(start);
  const client = env.call(reports);
  const ids = await Promise.all([client.schedule(newYear), client.schedule(newYear)]);
  expect(ids[0]).toBe(ids[1]);
  await client.collect(ids[0]);
  expect(await client.schedule(newYear)).toBe(ids[0]);
  expect(jobs(env)).toHaveLength(1);
});

test("gives the result to everybody who collects it, before and after the job is done", async () => {
  await using env = await createTestEnvironment(start);
  const client = env.call(reports);
  const id = await client.schedule(newYear);
  const before = await Promise.all([client.collect(id), client.collect(id)]);
  await env.clock.advance({ days: 29 });
  expect([...before, await client.collect(id)]).toEqual(Array(3).fill("order-1.txt"));
  expect(jobs(env)).toHaveLength(1);
});

test("a job that is cancelled before its time is never done, and can be ordered again", async () => {
  await using env = await createTestEnvironment({ ...start, clock: "manual" });
  const client = env.call(reports);
  const id = await client.schedule(newYear);
  const collecting = client.collect(id);
  await env.atRest();
  await client.cancel(id);
  await expect(collecting).rejects.toMatchObject({ code: 409 });
  await expect(client.collect(id)).rejects.toMatchObject({ code: 404 });
  await env.clock.advance({ days: 60 });
  expect(open("order-1.txt")).toBeUndefined();
  await client.schedule(newYear);
  await env.clock.advance({ minutes: 1 });
  expect(open("order-1.txt")).toBeDefined();
});

test("a job that is cancelled while it is tried again is given up", async () => {
  await using env = await createTestEnvironment({ ...start, clock: "manual" });
  env.mockRun("read the figures", fails(1_000, new Error("no figures")));
  const job = env.send(reports).create(order);
  await env.clock.advance({ minutes: 1 });
  const cancelled = env.call(reports).cancel(job.id);
  await env.clock.advance({ minutes: 1 });
  await cancelled;
  await expect(job.result()).rejects.toMatchObject({ code: 409 });
  expect(open("order-1.txt")).toBeUndefined();
});

test("clients do without the schedule handler, if they know how long to wait", async () => {
  await using env = await createTestEnvironment(start);
  const client = env.ingress.serviceSendClient<typeof reports>({ name: "Reports" });
  const options = { delay: { days: 40 }, idempotencyKey: "order-1" };
  const sent = await client.create(order, rpc.sendOpts(options));
  expect(await env.ingress.result(sent)).toBe("order-1.txt");
  expect(env.clock.now()).toBeGreaterThan(Date.parse(newYear.at));
});

test("jobs are neither lost nor doubled nor early, wherever the process dies", async () => {
  const { repeatedRuns } = await exploreCrashes({
    ...start,
    run: async (env) => {
      forgetFiles();
      const client = env.call(reports);
      const id = await client.schedule(newYear);
      expect(open("order-1.txt")).toBeUndefined();
      const file = await client.collect(id);
      expect(env.clock.now()).toBeGreaterThanOrEqual(Date.parse(newYear.at));
      expect(jobs(env)).toHaveLength(1);
      return open(file);
    },
  });
  // Taken twice in some crash. Reading changes nothing, and a file that is saved again is the same file.
  const repeated = repeatedRuns.map(({ run }) => run);
  expect(repeated).toEqual(expect.arrayContaining(["read the figures", "save the report"]));
});

test.each([
  ["a time", "schedule", { ...order, at: "soon" }],
  ["a job", "collect", "order-1"],
  ["a job", "cancel", "inv_"],
] as const)("refuses what is not %s (%s)", async (_, handler, input) => {
  await using env = await createTestEnvironment(start);
  const send = env.call(reports)[handler] as (input: unknown) => Promise<unknown>;
  await expect(send(input)).rejects.toMatchObject({ code: 400 });
});

function jobs(env: TestEnvironment) {
  return env.invocations().filter(({ target }) => target === "Reports/create");
}
