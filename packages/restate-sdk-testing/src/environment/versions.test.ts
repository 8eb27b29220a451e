/** The next version of services is deployed while invocations of the one before are under way. */
import * as restate from "@restatedev/restate-sdk";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { expect, test } from "vitest";
import { createTestEnvironment, type TestDeployment } from "../index.js";

/** Says its version before and after a day; version 2 has a step more, so that a journal of version 1 is none of its. */
const greeter = (version: number) =>
  restate.object({
    name: "Greeter",
    handlers: {
      greet: async (ctx: restate.ObjectContext) => {
        const before = await ctx.run("before", () => version);
        if (version > 1) await ctx.run("news", () => undefined);
        await ctx.sleep({ days: 1 });
        return [before, version];
      },
    },
  });

const inProcess = (version: number) => ({ services: [greeter(version)] });
const behindFetch = (version: number): TestDeployment => ({
  fetch: createEndpointHandler({ services: [greeter(version)], logger: () => undefined }),
});

test.each([inProcess, behindFetch])(
  "who has begun stays with its version, the others get the next one (%o)",
  async (deployment) => {
    await using env = await createTestEnvironment({ services: [greeter(1)], clock: "manual" });
    const begun = env.send(greeter(1), "a").greet();
    const inboxed = env.send(greeter(1), "a").greet();
    const scheduled = env.send(greeter(1), { key: "b", delay: { hours: 1 } }).greet();
    await env.atRest();
    await env.deploy(deployment(2));
    const later = env.send(greeter(2), "c").greet();
    await env.clock.advance({ days: 3 });
    expect(await begun.result()).toEqual([1, 1]);
    for (const next of [inboxed, scheduled, later]) expect(await next.result()).toEqual([2, 2]);
    expect(begun.attempts.every(({ end }) => end?.kind !== "failed")).toBe(true);
  },
);

const flaky = (isFixed: boolean) =>
  restate.service({
    name: "Flaky",
    options: { retryPolicy: { maxAttempts: isFixed ? 9 : 2, onMaxAttempts: "pause" } },
    handlers: {
      work: async (ctx: restate.Context) => {
        await ctx.run("first", () => undefined);
        if (!isFixed) throw new Error("a bug");
        return "fixed";
      },
    },
  });

test("a paused invocation goes on with the fix if it is resumed on the latest deployment", async () => {
  await using env = await createTestEnvironment({ services: [flaky(false)], clock: "manual" });
  const work = env.send(flaky(false)).work();
  const pausedAfter = async () => {
    await env.clock.advance({ minutes: 1 });
    expect(work.status).toBe("paused");
    return work.attempts.filter(({ end }) => end?.kind === "failed").length;
  };
  expect(await pausedAfter()).toBe(2);
  await env.deploy({ services: [flaky(true)] });
  work.resume();
  expect(await pausedAfter()).toBe(4);
  const resume = `http://admin/invocations/${work.id}/resume`;
  const patch = (query: string) => env.adminFetch(`${resume}${query}`, { method: "PATCH" });
  expect((await patch("?deployment=dp_1")).status).toBe(400);
  expect((await patch("?deployment=latest")).status).toBe(200);
  expect(await work.result()).toBe("fixed");
  expect(() => work.resume({ deployment: "latest" })).not.toThrow();
});

test("restarted as new, it runs on the latest deployment", async () => {
  await using env = await createTestEnvironment({ services: [greeter(1)] });
  const first = env.send(greeter(1), "a").greet();
  expect(await first.result()).toEqual([1, 1]);
  await env.deploy({ services: [greeter(2)] });
  expect(await first.restartFrom().result()).toEqual([2, 2]);
});

test("a service cannot become one of another kind, nor lose a handler that is called", async () => {
  await using env = await createTestEnvironment({ services: [greeter(1)], retries: false });
  const named = { name: "Greeter", handlers: { other: () => Promise.resolve() } };
  await expect(env.deploy({ services: [restate.service(named)] })).rejects.toThrow(
    `Greeter is of the kind "object", so its next version cannot be of the kind "service". Give it another name.`,
  );
  const scheduled = env.send(greeter(1), { key: "a", delay: { hours: 1 } }).greet();
  await env.deploy({ services: [restate.object(named)] });
  await expect(scheduled.result()).rejects.toMatchObject({ code: 404 });
});
