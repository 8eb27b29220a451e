import * as restate from "@restatedev/restate-sdk";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createTestEnvironment, fails, mockService } from "../index.js";

const emailer = restate.service({
  name: "Emailer",
  handlers: {
    send: async (ctx: restate.Context, to: string) => {
      await ctx.run("smtp", () => {
        throw new Error("no network in tests");
      });
      return `sent to ${to}`;
    },
  },
});

const signup = restate.workflow({
  name: "Signup",
  handlers: {
    run: async (ctx: restate.WorkflowContext, user: { email: string }) => {
      const account = await ctx.run("create account", () => ({ id: 1 }));
      ctx.set("stage", "created");
      await ctx.serviceClient(emailer).send(user.email);
      for (let day = 0; day < 30; day++) {
        const winner = await restate.RestatePromise.race([
          ctx.promise<string>("clicked").get(),
          ctx.sleep({ days: 1 }).map(() => "reminder" as const),
        ]);
        if (winner !== "reminder") return { account, winner, day };
        await ctx.serviceClient(emailer).send(user.email);
      }
      throw new restate.TerminalError("never clicked", { errorCode: 408 });
    },
    click: async (ctx: restate.WorkflowSharedContext, link: string) => {
      await ctx.promise<string>("clicked").resolve(link);
    },
  },
});

const counter = restate.object({
  name: "Counter",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ count: number }>, amount: number) => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },
  },
});

const approvals = restate.service({
  name: "Approvals",
  handlers: {
    ask: async (ctx: restate.Context, who: string) => {
      const { id, promise } = ctx.awakeable<boolean>();
      await ctx.run("ask", () => id);
      return `${who}: ${await promise}`;
    },
    signalled: async (ctx: restate.Context) => ctx.signal<number>("go"),
    charge: async (ctx: restate.Context) => ctx.run("charge", () => "really charged"),
    asserts: async (_ctx: restate.Context) => {
      expect(1).toBe(2);
    },
    unknown: async (ctx: restate.Context) =>
      ctx.serviceClient<typeof emailer>({ name: "Emailer" }).send("x"),
    forever: async (ctx: restate.Context) => {
      await ctx.awakeable().promise;
    },
  },
});

describe("calls", () => {
  test("are typed by the definition", async () => {
    await using env = await createTestEnvironment({ services: [counter] });
    const sum = await env.call(counter, "a").add(2);
    expectTypeOf(sum).toEqualTypeOf<number>();
    expect(sum).toBe(2);
    // @ts-expect-error a text is no amount
    const wrong = env.call(counter, "a").add("2");
    await wrong;
  });

  test("take an input that the handler may do without", async () => {
    const stepper = restate.service({
      name: "Stepper",
      handlers: { step: async (_ctx: restate.Context, width?: number) => width ?? 1 },
    });
    await using env = await createTestEnvironment({ services: [stepper] });
    expectTypeOf(env.call(stepper).step).parameters.toEqualTypeOf<[width?: number | undefined]>();
    expect(await env.call(stepper).step()).toBe(1);
    expect(await env.call(stepper).step(5)).toBe(5);
  });

  test("of handlers that do not exist say what does", async () => {
    await using env = await createTestEnvironment({ services: [counter] });
    const nobody: { name: string } = { name: "Nobody" };
    expect(() => env.call(nobody as typeof counter, "k").add(1)).toThrow(
      /no service 'Nobody'.*Counter/,
    );
    expect(() => env.call(counter).add(1)).toThrow(/needs a key/);
  });

  test("a failure is a TerminalError", async () => {
    await using env = await createTestEnvironment({
      services: [signup, mockService(emailer, { send: () => "ok" })],
    });
    const result = env.call(signup, "u").run({ email: "ada@example.com" });
    await expect(result).rejects.toMatchObject({
      name: "TerminalError",
      code: 408,
      message: "never clicked",
    });
  });

  test("idempotency keys lead to one invocation", async () => {
    await using env = await createTestEnvironment({ services: [counter] });
    const add = () => env.call(counter, { key: "a", idempotencyKey: "once" }).add(5);
    expect(await add()).toBe(5);
    expect(await add()).toBe(5);
  });
});

describe("time", () => {
  test("a month of reminders passes at once", async () => {
    const sent: string[] = [];
    await using env = await createTestEnvironment({
      services: [signup, mockService(emailer, { send: (to) => String(sent.push(to)) })],
      startAt: 0,
    });
    await env
      .call(signup, "u")
      .run({ email: "ada@example.com" })
      .catch(() => undefined);
    expect(sent).toHaveLength(31);
    expect(env.clock.now()).toBe(30 * 86_400_000);
  });

  test("by hand, as far as the test wants", async () => {
    await using env = await createTestEnvironment({
      services: [signup, mockService(emailer, { send: () => "ok" })],
      clock: "manual",
      startAt: new Date("2026-01-01"),
    });
    const run = env.send(signup, "u").run({ email: "ada@example.com" });
    await env.clock.advance({ days: 2, hours: 12 });
    expect(new Date(env.clock.now()).toISOString()).toBe("2026-01-03T12:00:00.000Z");
    await env.call(signup, "u").click("link");
    expect(await run.result()).toMatchObject({ day: 2, winner: "link" });
  });

  test("does not go back", async () => {
    await using env = await createTestEnvironment({ services: [counter], startAt: 1_000 });
    expect(() => env.clock.advanceTo(999)).toThrow(/is 1970-01-01T00:00:01.000Z already/);
    expect(() => env.clock.advance(-1)).toThrow(/forward/);
  });
});

describe("stand-ins", () => {
  test("a run is executed once, with its name and attempt", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    const mock = env.mockRun("charge", ({ name, attempt }) => `${name} ${attempt}`);
    expect(await env.call(approvals).charge()).toBe("charge 1");
    expect(mock.executions).toHaveLength(1);
    mock.restore();
    expect(await env.call(approvals).charge()).toBe("really charged");
  });

  test("a run fails a few times", async () => {
    await using env = await createTestEnvironment({ services: [approvals], startAt: 0 });
    const mock = env.mockRun("charge", fails(2, new Error("no connection")));
    expect(await env.call(approvals).charge()).toBe("really charged");
    expect(mock.executions.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    // 500 ms and 1 s: the retry policy of the server.
    expect(env.clock.now()).toBe(1_500);
  });

  test("a service that is neither there nor mocked fails the test", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    await expect(env.call(approvals).unknown()).rejects.toThrow(/no service 'Emailer'.*mock it/s);
  });
});

describe("what handlers wait for", () => {
  test("awakeables are found and resolved", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    const result = env.call(approvals).ask("Bob");
    const awakeable = await env.awakeables.next();
    expect(awakeable.invocation.target).toBe("Approvals/ask");
    awakeable.resolve(true);
    expect(await result).toBe("Bob: true");
  });

  test("awakeables are rejected", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    const result = env.call(approvals).ask("Bob");
    (await env.awakeables.next()).reject("not today");
    await expect(result).rejects.toThrow("not today");
  });

  test("signals", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    const invocation = env.send(approvals).signalled();
    await env.atRest();
    expect(invocation.waitsFor()).toEqual(['the signal "go"']);
    invocation.signal("go").resolve(7);
    expect(await invocation.result()).toBe(7);
  });

  test("durable promises", async () => {
    await using env = await createTestEnvironment({
      services: [signup, mockService(emailer, { send: () => "ok" })],
    });
    env.promiseOf(signup, "u", "clicked").resolve("early");
    expect(await env.call(signup, "u").run({ email: "x" })).toMatchObject({ winner: "early" });
    expect(env.promiseOf(signup, "u", "clicked").peek()).toBe("early");
  });
});

describe("inspection", () => {
  test("state may be described by an interface", async () => {
    interface Counted {
      count: number;
    }
    await using env = await createTestEnvironment({ services: [counter] });
    const state = env.stateOf<Counted>(counter, "a");
    state.set("count", 4);
    expectTypeOf(state.get("count")).toEqualTypeOf<number | null>();
    expect(state.getAll()).toEqual({ count: 4 });
  });

  test("state is read and written", async () => {
    await using env = await createTestEnvironment({ services: [counter] });
    const state = env.stateOf<{ count: number }>(counter, "a");
    state.set("count", 40);
    expect(await env.call(counter, "a").add(2)).toBe(42);
    expect(state.get("count")).toBe(42);
    expect(state.getAll()).toEqual({ count: 42 });
    expect(env.stateOf(counter, "b").get("count")).toBeNull();
  });

  test("journal, attempts and timeline", async () => {
    await using env = await createTestEnvironment({ services: [counter, approvals], startAt: 0 });
    env.mockRun("charge", fails(1, new Error("no connection")));
    const invocation = env.send(approvals).charge();
    await invocation.result();
    expect(invocation.status).toBe("completed");
    expect(invocation.attempts.map(({ end }) => end?.kind)).toEqual([
      "failed",
      "suspended",
      "completed",
    ]);
    const entries = invocation.journal();
    expect(entries.map(({ kind, type, name }) => `${kind} ${type} ${name}`)).toEqual([
      "command Input ",
      "command Run charge",
      "notification Run charge",
      "command Output ",
    ]);
    expect(entries[1]).toMatchObject({ result: { kind: "value", value: "really charged" } });
    expect(invocation.timeline()).toContain("failed: [500] no connection");
  });

  test("a hung test is told what everything waits for", async () => {
    const reports: string[] = [];
    const env = await createTestEnvironment({
      services: [approvals],
      reportStuckAfterMs: 1,
      report: (text) => reports.push(text),
    });
    const result = env
      .call(approvals)
      .forever()
      .catch((error: unknown) => error);
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]).toMatch(
      /Approvals\/forever .* is suspended\n.*waits for the awakeable sign_1/,
    );
    await env.dispose();
    expect(String(await result)).toContain("disposed while something was waited for");
  });
});

test("a handler that waits for what is not Restate's is reported too", async () => {
  const reports: string[] = [];
  let release: () => void = () => undefined;
  const waits = restate.service({
    name: "Waits",
    handlers: {
      outside: async (_ctx: restate.Context) =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    },
  });
  await using env = await createTestEnvironment({
    services: [waits],
    reportStuckAfterMs: 1,
    report: (text) => reports.push(text),
  });
  const result = env.call(waits).outside();
  await expect.poll(() => reports.length).toBe(1);
  expect(reports[0]).toMatch(
    /nothing has happened but in user code.*waits for something that is not/s,
  );
  release();
  await result;
});

describe("assertions inside handlers", () => {
  test("fail whoever waits, at once and with the original error", async () => {
    await using env = await createTestEnvironment({ services: [approvals] });
    await expect(env.call(approvals).asserts()).rejects.toThrow(/expected 1 to be 2/);
    expect(env.invocations()[0]?.attempts).toHaveLength(1);
  });

  test("fail the end of the environment if nobody waits", async () => {
    const env = await createTestEnvironment({ services: [approvals] });
    env.send(approvals).asserts();
    await env.runtime.atRest();
    await expect(env.dispose()).rejects.toThrow(/expected 1 to be 2/);
  });
});

describe("the ingress", () => {
  test("answers as a server", async () => {
    await using env = await createTestEnvironment({ services: [counter] });
    const response = await env.fetch(`${env.url}/Counter/a/add`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "3",
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-restate-id")).toMatch(/^inv_1/);
    expect(await response.json()).toBe(3);
    const missing = await env.fetch(`${env.url}/Nobody/x`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ source: "ingress" });
  });
});

describe("the clients of restate-sdk-clients", () => {
  test("work on the environment unchanged", async () => {
    await using env = await createTestEnvironment({
      services: [counter, signup, approvals, mockService(emailer, { send: () => "ok" })],
    });
    expect(await env.ingress.objectClient(counter, "a").add(2)).toBe(2);
    const workflow = env.ingress.workflowClient(signup, "u");
    const submission = await workflow.workflowSubmit({ email: "ada@example.com" });
    expect(submission.status).toBe("Accepted");
    await workflow.click("link");
    expect(await workflow.workflowAttach()).toMatchObject({ winner: "link" });
    expect(await workflow.workflowOutput()).toMatchObject({ ready: true });
    const asked = env.call(approvals).ask("Bob");
    await env.ingress.resolveAwakeable((await env.awakeables.next()).id, true);
    expect(await asked).toBe("Bob: true");
    await expect(env.ingress.serviceClient(approvals).asserts()).rejects.toThrow(
      /expected 1 to be 2/,
    );
  });
});
