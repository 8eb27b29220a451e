/** Signing up takes a week here, in virtual time: reminders, clicks early and late, and processes that die. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  fails,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { outbox } from "../src/mailer.js";
import { signup } from "../src/signup.js";

const DAY = 24 * 60 * 60 * 1_000;
const ada = { email: "ada@example.org" };

beforeEach(() => outbox.splice(0));

test("whoever does not click is reminded on days 2, 4 and 6, and the link expires on day 7", async () => {
  await using env = await createTestEnvironment({ services: [signup], clock: "auto" });
  const startedAt = env.clock.now();
  const days: number[] = [];
  env.mockRun("send a reminder", () => void days.push((env.clock.now() - startedAt) / DAY));

  expect(await env.call(signup, "ada").run(ada)).toBe("link expired");
  expect(days).toEqual([2, 4, 6]);
  expect((env.clock.now() - startedAt) / DAY).toBe(7);
});

test("a click after the second reminder makes a member, and ends the reminders", async () => {
  await using env = await createTestEnvironment({ services: [signup], clock: "manual" });
  const run = env.send(signup, "ada").run(ada);
  await env.clock.advance({ days: 5 });
  expect(run.waitsFor()).toContain('the promise "decision"');
  await env.call(signup, "ada").click(secretOf(env));
  expect(await run.result()).toBe("member");

  await env.clock.advance({ days: 30 });
  expect(outbox.map(({ subject }) => subject)).toEqual([
    "Please confirm",
    "Do you still want to join?",
    "Do you still want to join?",
    "Welcome, ada",
  ]);
});

test("a second click is as good as the first, a guess is not", async () => {
  await using env = await createTestEnvironment({ services: [signup], clock: "manual" });
  const run = env.send(signup, "ada").run(ada);
  await env.atRest();
  await expect(env.call(signup, "ada").click("a guess")).rejects.toMatchObject({ code: 403 });
  await env.call(signup, "ada").click(secretOf(env));
  await env.call(signup, "ada").click(secretOf(env));
  expect(await run.result()).toBe("member");
});

test("a click on an expired link is refused", async () => {
  await using env = await createTestEnvironment({ services: [signup] });
  await env.call(signup, "ada").run(ada);
  await expect(env.call(signup, "ada").click(secretOf(env))).rejects.toMatchObject({ code: 410 });
});

test("who clicks at the very moment of expiry is told what the workflow did", async () => {
  const ends = new Set<string>();
  await exploreSchedules(
    {
      services: [signup],
      state: "lazy", // Reading state takes a while, in which others get ahead.
      run: async (env) => {
        const run = env.send(signup, "ada").run(ada);
        await env.clock.advance({ days: 6, hours: 23 });
        const secret = secretOf(env);
        const click = env.send(signup, { key: "ada", delay: { hours: 1 } }).click(secret);
        const clicked = await click.result().then(
          () => true,
          () => false,
        );
        const end = await run.result();
        expect(end).toBe(clicked ? "member" : "link expired");
        ends.add(end);
      },
    },
    { runs: 40, compare: [] },
  );
  expect([...ends].sort()).toEqual(["link expired", "member"]);
});

test("mail that cannot be sent for a while is late, and no reason to sign up again", async () => {
  await using env = await createTestEnvironment({ services: [signup] });
  const sending = env.mockRun("send the link", fails(3, new Error("no connection")));
  expect(await env.call(signup, "ada").run(ada)).toBe("link expired");
  expect(sending.executions).toHaveLength(4);
  expect(outbox[0]?.subject).toBe("Please confirm");
});

test("a crash at any moment sends no email twice", async () => {
  const report = await exploreCrashes({
    services: [signup],
    run: async (env) => {
      outbox.splice(0);
      env.mockRun("make a secret", () => "the secret");
      const run = env.send(signup, "ada").run(ada);
      await env.clock.advance({ days: 3 });
      await env.call(signup, "ada").click("the secret");
      return { end: await run.result(), sent: outbox.map(({ subject }) => subject) };
    },
  });
  expect(report.repeatedRuns.map(({ run }) => run)).toEqual([
    "make a secret",
    "send the link",
    "send a reminder",
    "say welcome",
  ]);
});

function secretOf(env: TestEnvironment): string {
  return String(env.stateOf(signup, "ada").get("secret"));
}
