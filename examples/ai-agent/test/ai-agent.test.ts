/** What the session and its agent promise: one turn at a time, answers paid once, and a human's word before money moves. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  fails,
  type Scenario,
  type TestEnvironment,
} from "@restatedev/restate-sdk-testing";
import { APICallError, type ModelMessage } from "ai";
import { beforeEach, expect, it, vi } from "vitest";
import { supportAgent } from "../src/agent.js";
import { settled } from "../src/history.js";
import { policyExpert } from "../src/policy-expert.js";
import { pretendModel, think } from "../src/pretend-model.js";
import { session } from "../src/session.js";
import { chatTurn } from "../src/turn.js";

const services = [session, chatTurn, supportAgent, policyExpert];
const ASK = "ask pretend-model";
const REFUND = "refund order 7";

// Never overloaded, unless a test says so: what counts its requests would make runs differ.
const model = vi.spyOn(pretendModel, "doGenerate");

beforeEach(() => {
  model.mockReset();
  model.mockImplementation(async ({ prompt }) => think(prompt));
});

it("asks the model once for each answer, though every wait replays the turn", async () => {
  await using env = await createTestEnvironment({ services });
  const asked = countSuccesses(env, ASK);
  await say(env, "What is order 7?");
  expect(await lastAnswer(env)).toContain("kettle");
  expect(asked()).toBe(2);
  const [turn] = env.invocations().filter(({ target }) => target === "SupportAgent/think");
  expect(turn?.attempts.length).toBeGreaterThan(2);
});

it("remembers what was said before", async () => {
  await using env = await createTestEnvironment({ services });
  for (const text of ["My name is Ada.", "Nice weather.", "What have I said?"])
    await say(env, text);
  expect(await lastAnswer(env)).toBe("You have said 3 things, first: My name is Ada.");
});

it("has another agent answer what it does not know", async () => {
  await using env = await createTestEnvironment({ services });
  await say(env, "Can I return it?");
  expect(await lastAnswer(env)).toBe("within 30 days");
  expect(env.invocations().map(({ target }) => target)).toContain("PolicyExpert/answer");
});

it("moves no money before a human agrees, and keeps nothing running until then", async () => {
  await using env = await createTestEnvironment({ services });
  const refund = env.mockRun(REFUND, () => "refunded");
  const approval = await askForMoney(env);
  await env.clock.advance({ days: 30 });
  expect(refund.executions).toHaveLength(0);
  expect(env.invocations().filter(({ outcome }) => outcome === undefined)).toEqual([]);
  await env.call(session, "ada").decide({ id: approval, approved: true });
  await untilQuiet(env);
  expect(refund.executions).toHaveLength(1);
  expect(await lastAnswer(env)).toBe("refunded");
});

it("moves none if the human does not agree", async () => {
  await using env = await createTestEnvironment({ services });
  const refund = env.mockRun(REFUND, () => "refunded");
  const id = await askForMoney(env);
  await env.call(session, "ada").decide({ id, approved: false });
  await untilQuiet(env);
  expect(refund.executions).toHaveLength(0);
  expect(await lastAnswer(env)).toBe("A colleague is against it");
});

it("lets nobody decide twice, or what the customer is no longer waiting for", async () => {
  await using env = await createTestEnvironment({ services });
  const refund = env.mockRun(REFUND, () => "refunded");
  const id = await askForMoney(env);
  await say(env, "What have I said?");
  await expect(env.call(session, "ada").decide({ id, approved: true })).rejects.toThrow(id);
  const again = await askForMoney(env);
  await env.call(session, "ada").decide({ id: again, approved: true });
  const twice = env.call(session, "ada").decide({ id: again, approved: true });
  await expect(twice).rejects.toThrow(again);
  await untilQuiet(env);
  expect(refund.executions).toHaveLength(1);
});

it("goes on when the model is back", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun(ASK, fails(5, new Error("Overloaded")));
  await say(env, "What have I said?");
  expect(await lastAnswer(env)).toContain("1 things");
});

it("does not insist when the model refuses, and can be talked to afterwards", async () => {
  await using env = await createTestEnvironment({ services });
  const refusal = { message: "Wrong key", url: "", requestBodyValues: {}, statusCode: 401 };
  model.mockRejectedValueOnce(new APICallError(refusal));
  await say(env, "What is order 7?");
  expect(await env.call(session, "ada").view()).toMatchObject({ status: "failed" });
  expect(model).toHaveBeenCalledTimes(1);
  await say(env, "What have I said?");
  expect(await lastAnswer(env)).toContain("2 things");
});

it("hears what is said while a turn runs, after that turn and in order", async () => {
  await using env = await createTestEnvironment({ services });
  const texts = ["one", "two", "three", "What have I said?"];
  await Promise.all(texts.map((text) => env.call(session, "ada").say(text)));
  await untilQuiet(env);
  const { history } = await env.call(session, "ada").view();
  expect(history.filter(({ role }) => role === "user").map(textOf)).toEqual(texts);
  expect(await lastAnswer(env)).toBe("You have said 4 things, first: one");
});

it("does not tell the model of a tool that failed because the customer interrupted", async () => {
  await using env = await createTestEnvironment({ services });
  const asked = countSuccesses(env, ASK);
  const id = await askForMoney(env);
  expect(asked()).toBe(2);
  const down = new Error("The bank does not answer");
  env.mockRun(REFUND, async ({ attempt }) => {
    if (attempt === 3) await env.call(session, "ada").say("What have I said?");
    throw down;
  });
  await env.call(session, "ada").decide({ id, approved: true });
  await untilQuiet(env);
  expect(await lastAnswer(env)).toContain("2 things");
  expect(asked()).toBe(3);
});

it("knows of a turn that an operator has cancelled", async () => {
  await using env = await createTestEnvironment({ services });
  env.mockRun(ASK, ({ attempt, action }) => {
    if (attempt > 1) return action();
    env
      .invocations()
      .find(({ target }) => target === "ChatTurn/run")
      ?.cancel();
    throw new Error("Overloaded");
  });
  await say(env, "What is order 7?");
  expect(await env.call(session, "ada").view()).toMatchObject({ status: "interrupted" });
  await say(env, "What have I said?");
  expect(await lastAnswer(env)).toContain("2 things");
});

it("stops a request to the model that nobody waits for", async () => {
  await using env = await createTestEnvironment({ services, mode: "stream" });
  const signals: (AbortSignal | undefined)[] = [];
  model.mockImplementationOnce(async ({ abortSignal }) => {
    signals.push(abortSignal);
    await env.call(session, "ada").say("What have I said?");
    return new Promise((_, reject) => abortSignal?.addEventListener("abort", reject));
  });
  await say(env, "Hello");
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  expect(await lastAnswer(env)).toContain("2 things");
});

const refunding: Scenario = {
  services,
  run: async (env, effects) => {
    env.mockRun(REFUND, () => {
      effects.record("refund", { key: "7" });
      return "refunded";
    });
    const id = await askForMoney(env);
    await env.call(session, "ada").decide({ id, approved: true });
    await untilQuiet(env);
    return lastAnswer(env);
  },
};

it("comes to the same end, wherever a process dies", async () => {
  const { repeatedRuns } = await exploreCrashes(refunding);
  expect(repeatedRuns.map(({ run }) => run)).toEqual([ASK, "find order 7", REFUND]);
});

it("keeps a history that models accept, whenever it is interrupted", async () => {
  const scenario: Scenario = {
    services,
    run: async (env) => {
      void env.send(session, "ada").say("I want my money back for order 7");
      void env.send(session, "ada").say("What is order 8?");
      await untilQuiet(env);
      const { status, history } = await env.call(session, "ada").view();
      expect(status).toBe("answered");
      expect(settled(history)).toBe(history);
    },
  };
  await exploreSchedules(scenario, { runs: 50, seed: 1 });
});

async function say(env: TestEnvironment, text: string): Promise<void> {
  await env.call(session, "ada").say(text);
  await untilQuiet(env);
}

/** Until no invocation is left, however long the retries take. */
async function untilQuiet(env: TestEnvironment): Promise<void> {
  for (;;) {
    const open = env.invocations().filter(({ outcome }) => outcome === undefined);
    if (open.length === 0) return;
    await Promise.allSettled(open.map((invocation) => invocation.result()));
  }
}

/** The id of the refund that waits for approval. */
async function askForMoney(env: TestEnvironment): Promise<string> {
  await say(env, "I want my money back for order 7");
  const { status, approvals } = await env.call(session, "ada").view();
  expect({ status, tools: approvals.map(({ tool }) => tool) }).toEqual({
    status: "needs approval",
    tools: ["refund"],
  });
  return approvals[0]?.id ?? "";
}

async function lastAnswer(env: TestEnvironment): Promise<string> {
  const { history } = await env.call(session, "ada").view();
  return textOf(history.at(-1));
}

function textOf(message: ModelMessage | undefined): string {
  const content = message?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function countSuccesses(env: TestEnvironment, run: string): () => number {
  let count = 0;
  env.mockRun(run, async ({ action }) => {
    const result = await action();
    count += 1;
    return result;
  });
  return () => count;
}
