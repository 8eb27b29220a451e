/** No message is lost, doubled or overtaken, neither in the history nor on its way to those who listen. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { chatSession } from "../src/chat-session.js";

const services = [chatSession];
const sessionOf = (env: TestEnvironment, id = "s1") => env.call(chatSession, id);
const ann = (text: string) => ({ author: "ann", text });
const bob = (text: string) => ({ author: "bob", text });

test("a session remembers what was said, when, and nothing of other sessions", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual", startAt: 1_000 });
  await sessionOf(env).say(ann("hello"));
  await env.clock.advance({ minutes: 1 });
  await sessionOf(env).say(bob("hi"));
  expect(await sessionOf(env).history()).toEqual([
    { author: "ann", text: "hello", number: 1, at: 1_000 },
    { author: "bob", text: "hi", number: 2, at: 61_000 },
  ]);
  expect(await sessionOf(env, "s2").history()).toEqual([]);
});

test("of long conversations the latest hundred messages are kept", async () => {
  await using env = await createTestEnvironment({ services });
  for (let i = 1; i <= 105; i++) await sessionOf(env).say(ann(String(i)));
  const history = await sessionOf(env).history();
  expect(history).toHaveLength(100);
  expect(history.at(-1)).toMatchObject({ number: 105, text: "105" });
});

test("all messages of a lively conversation are there, each with a number of its own, in every order", async () => {
  await exploreSchedules({
    services,
    run: async (env) => {
      const remarks = [ann("a"), bob("b"), ann("c"), bob("d")];
      const numbers = await Promise.all(remarks.map((remark) => sessionOf(env).say(remark)));
      expect(numbers.sort()).toEqual([1, 2, 3, 4]);
      return (await sessionOf(env).history()).map(({ text }) => text).sort();
    },
  });
});

test("a listener waits for the next message, and the session goes on meanwhile", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const next = env.send(chatSession, "s1").next({ after: 0 });
  await env.atRest();
  expect(next.status).toBe("suspended");
  await sessionOf(env).say(ann("hello"));
  expect(await next.result()).toMatchObject([{ text: "hello" }]);
});

test("who listens in vain is told so, and is forgotten", async () => {
  await using env = await createTestEnvironment({ services });
  expect(await sessionOf(env).next({ after: 0, patience: { seconds: 5 } })).toEqual([]);
  await env.atRest();
  expect(env.stateOf(chatSession, "s1").get("listeners")).toEqual([]);
});

test("the end of a session ends the waiting, too", async () => {
  await using env = await createTestEnvironment({ services, clock: "manual" });
  const next = env.send(chatSession, "s1").next({ after: 0 });
  await env.atRest();
  await sessionOf(env).end();
  expect(await next.result()).toEqual([]);
  expect(env.stateOf(chatSession, "s1").getAll()).toEqual({});
});

/** Bob reads while ann writes: the two are never told to wait for each other. */
async function follow(env: TestEnvironment): Promise<string[]> {
  const texts = ["one", "two", "three"];
  const writing = (async () => {
    for (const text of texts) await sessionOf(env).say(ann(text));
  })();
  const read: string[] = [];
  while (read.length < texts.length) {
    const news = await sessionOf(env).next({ after: read.length });
    expect(news).not.toEqual([]);
    read.push(...news.map(({ text }) => text));
  }
  await writing;
  return read;
}

test("who follows a conversation reads every message once, in every order", async () => {
  await exploreSchedules({ services, run: follow });
});

test("who follows a conversation reads every message once, wherever the process dies", async () => {
  await exploreCrashes({ services, run: follow }, { compare: ["result"] });
});
