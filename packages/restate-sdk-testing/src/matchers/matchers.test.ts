import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import { createTestEnvironment, mockContext, mockService, type TestInvocation } from "../index.js";
import { restateMatchers } from "../matchers.js";
import "../vitest.js";

expect.extend(restateMatchers);

const emailer = restate.object({
  name: "Emailer",
  handlers: { send: async (_ctx: restate.ObjectContext, to: string) => Promise.resolve(to) },
});

async function placeOrder(ctx: restate.ObjectContext, item: string) {
  await ctx.run("charge", () => 1);
  await ctx.run("charge", () => 2);
  ctx.set("item", item);
  ctx.set("paid", true);
  await ctx.sleep({ hours: 2 });
  await ctx.objectClient(emailer, "ann").send(item);
  ctx.objectSendClient(emailer, "bob").send(item);
  if (item === "nothing") throw new restate.TerminalError("sold out", { errorCode: 410 });
  return { item };
}

const order = restate.object({
  name: "Order",
  handlers: {
    place: placeOrder,
    wait: async (ctx: restate.ObjectContext) => ctx.signal<string>("go"),
  },
});

async function placed(item: string): Promise<TestInvocation> {
  const env = await createTestEnvironment({
    services: [order, mockService(emailer, { send: () => "ok" })],
  });
  const invocation = env.send(order, "k").place(item);
  await invocation.result().catch(() => undefined);
  return invocation;
}

describe("an invocation matches", () => {
  test("what it did", async () => {
    const invocation = await placed("tea");
    expect(invocation).toHaveRun("charge");
    expect(invocation).toHaveRun("charge", 2);
    expect(invocation).not.toHaveRun("charge", 1);
    expect(invocation).not.toHaveRun("refund");
    expect(invocation).toHaveCalled("Emailer/send");
    expect(invocation).toHaveCalled("Emailer/ann/send", "tea");
    expect(invocation).toHaveCalled("Emailer/send", expect.stringMatching("t"));
    expect(invocation).not.toHaveCalled("Emailer/bob/send");
    expect(invocation).toHaveSent("Emailer/bob/send", "tea");
    expect(invocation).not.toHaveSent("Emailer/send", "coffee");
    expect(invocation).toHaveSlept();
    expect(invocation).toHaveSlept({ hours: 2 });
    expect(invocation).not.toHaveSlept(1);
    expect(invocation).toHaveState("paid");
    expect(invocation).toHaveState("item", "tea");
    expect(invocation).toHaveState({ item: "tea", paid: expect.any(Boolean) as boolean });
    expect(invocation).not.toHaveState({ item: "tea" });
    expect(invocation).toHaveCompletedWith();
    expect(invocation).toHaveCompletedWith({ item: "tea" });
    expect(invocation).not.toHaveFailedWith();
  });

  test("what it failed with", async () => {
    const invocation = await placed("nothing");
    expect(invocation).toHaveFailedWith();
    expect(invocation).toHaveFailedWith(410);
    expect(invocation).toHaveFailedWith("sold");
    expect(invocation).toHaveFailedWith(/out$/);
    expect(invocation).toHaveFailedWith({ code: 410, message: "sold out" });
    expect(invocation).not.toHaveFailedWith({ code: 409, message: "sold out" });
    expect(invocation).not.toHaveCompletedWith();
  });

  test("what it waits for", async () => {
    await using env = await createTestEnvironment({ services: [order] });
    const invocation = env.send(order, "k").wait();
    await env.atRest();
    expect(invocation).toBeWaitingFor('the signal "go"');
    expect(invocation).toBeWaitingFor(/signal/);
    expect(invocation).not.toBeWaitingFor("an awakeable");
  });
});

test("what a mocked context ended with, and state, match too", async () => {
  const run = await mockContext({
    key: "k",
    runs: { charge: 1 },
    calls: { "Emailer/send": "" },
  }).run(placeOrder, "tea");
  expect(run).toHaveRun("charge", 2);
  expect(run).toHaveState("item", "tea");
  await using env = await createTestEnvironment({ services: [order] });
  const state = env.stateOf(order, "k");
  state.set("item", "tea");
  expect(state).toHaveState({ item: "tea" });
  expect(() => expect(state).toHaveState("item", "x")).toThrow(/The state is \{"item":"tea"\}/);
});

describe("a failure says what there is, with the timeline", () => {
  test.each<[(invocation: TestInvocation) => void, RegExp]>([
    [(it) => expect(it).toHaveRun("refund"), /to have run "refund"\. It has run charge, charge\./],
    [(it) => expect(it).toHaveRun("charge", 1), /"charge" once\. It has run it 2 times\./],
    [
      (it) => expect(it).toHaveCalled("X/y"),
      /called X\/y\. It has called Emailer\/ann\/send\("tea"\)/,
    ],
    [(it) => expect(it).toHaveSent("Emailer/send", 1), /with 1\. It has sent Emailer\/bob\/send/],
    [(it) => expect(it).toHaveSlept(5), /slept 5 ms\. It has slept 7200000 ms\./],
    [(it) => expect(it).toBeWaitingFor("x"), /It waits for nothing: it is completed\./],
    [(it) => expect(it).toHaveCompletedWith(1), /with 1\. It has completed with \{"item":"tea"\}/],
    [(it) => expect(it).toHaveFailedWith(/x/), /failed with \/x\/\. It has completed/],
    [(it) => expect(it).not.toHaveRun("charge"), /Expected it not to have run "charge"/],
  ])("%#", async (assertion, text) => {
    const invocation = await placed("tea");
    expect(() => assertion(invocation)).toThrow(text);
    expect(() => assertion(invocation)).toThrow(/\n\nOrder\/k\/place .*attempt 1/s);
  });

  test("what is no invocation is told so", () => {
    expect(() => expect(Promise.resolve()).toHaveRun("x")).toThrow(/got a promise: await it first/);
    expect(() => expect(null).toHaveRun("x")).toThrow(/got null/);
  });
});
