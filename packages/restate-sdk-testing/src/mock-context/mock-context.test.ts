import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { fails, later, mockContext, mockService } from "../index.js";

const emailer = restate.service({
  name: "Emailer",
  handlers: { send: async (_ctx: restate.Context, to: string) => Promise.resolve(`real ${to}`) },
});
const ledger = restate.object({
  name: "Ledger",
  handlers: { book: async (_ctx: restate.ObjectContext, _cents: number) => Promise.resolve() },
});

type Account = { balance: number; owner: string };

async function withdraw(ctx: restate.ObjectContext<Account>, amount: number) {
  const balance = (await ctx.get("balance")) ?? 0;
  if (balance < amount) throw new restate.TerminalError("too little", { errorCode: 402 });
  const receipt = await ctx.run("pay out", () => ({ receipt: ctx.key }));
  ctx.set("balance", balance - amount);
  return receipt;
}

async function approve(ctx: restate.WorkflowContext, days: number) {
  const { promise } = ctx.awakeable<string>();
  const winner = await restate.RestatePromise.race([
    ctx.promise<string>("clicked").get(),
    promise,
    ctx.signal<string>("nudge"),
    ctx.sleep({ days }).map(() => "timeout"),
  ]);
  await ctx.serviceClient(emailer).send(winner);
  return winner;
}

describe("a context for a plain function", () => {
  test("answers from state and script, and says what happened", async () => {
    const ctx = await mockContext<restate.ObjectContext<Account>>({
      key: "ada",
      state: { balance: 10 },
      runs: { "pay out": { receipt: "r1" } },
    });
    expect(await withdraw(ctx, 3)).toEqual({ receipt: "r1" });
    const { journal, state } = await ctx.mock.end();
    expectTypeOf(state).toEqualTypeOf<Partial<Account>>();
    expect(state).toEqual({ balance: 7 });
    expect(journal.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "Input ",
      "GetEagerState balance",
      "Run pay out",
      "Run pay out",
      "SetState balance",
    ]);
  });

  test("lets errors through as they are", async () => {
    await using ctx = await mockContext<restate.ObjectContext<Account>>({ key: "ada" });
    await expect(withdraw(ctx, 3)).rejects.toMatchObject({ code: 402 });
  });

  test("a run that throws is final", async () => {
    await using ctx = await mockContext<restate.Context>({ runs: { step: new Error("down") } });
    const result = ctx.run("step", () => 1);
    await expect(result).rejects.toThrow(restate.TerminalError);
    await expect(result).rejects.toThrow("down");
  });

  test("names the run that is not in the script", async () => {
    await using ctx = await mockContext<restate.Context>();
    const action = vi.fn();
    await expect(ctx.run("charge", action)).rejects.toThrow(
      /run "charge" is not in the script.*runs: \{ "charge": result \}/,
    );
    expect(action).not.toHaveBeenCalled();
    await expect(ctx.mock.end()).rejects.toThrow(/run "charge"/);
  });

  test("executes actions if the test wants it, and those without a name", async () => {
    await using ctx = await mockContext<restate.Context>({
      unscriptedRuns: "execute",
      startAt: 1000,
    });
    expect(await ctx.run("real", () => 7)).toBe(7);
    await using strict = await mockContext<restate.Context>({ startAt: 1000 });
    expect(await strict.date.now()).toBe(1000);
  });

  test("names the call that is not in the script", async () => {
    await using ctx = await mockContext<restate.Context>();
    await expect(ctx.serviceClient(emailer).send("ada")).rejects.toThrow(
      /call of Emailer\/send is not in the script.*calls: \{ "Emailer\/send": result \}/,
    );
  });

  test("calls are answered by values, functions, errors and stand-ins", async () => {
    await using ctx = await mockContext<restate.Context>({
      calls: {
        "Emailer/send": (to: string) => `to ${to}`,
        "Other/value": { ok: true },
        "Other/fails": new restate.TerminalError("no", { errorCode: 418 }),
        "Other/slow": later({ hours: 1 }, "late"),
      },
      services: [mockService(ledger, { book: () => undefined })],
      startAt: 0,
    });
    const other = (method: string) =>
      ctx.genericCall<undefined, unknown>({
        service: "Other",
        method,
        parameter: undefined,
        inputSerde: restate.serde.json as restate.Serde<undefined>,
        outputSerde: restate.serde.json as restate.Serde<unknown>,
      });
    expect(await ctx.serviceClient(emailer).send("ada")).toBe("to ada");
    expect(await other("value")).toEqual({ ok: true });
    await expect(other("fails")).rejects.toMatchObject({ code: 418, message: "no" });
    expect(await other("slow")).toBe("late");
    expect(ctx.mock.now()).toBe(3_600_000);
    await ctx.objectClient(ledger, "k").book(3);
  });

  test("sends need no script", async () => {
    const ctx = await mockContext<restate.Context>();
    ctx.serviceSendClient(emailer).send("ada");
    const { journal } = await ctx.mock.end();
    expect(journal.find(({ type }) => type === "OneWayCall")).toMatchObject({
      target: "Emailer/send",
      value: "ada",
    });
  });

  test("waits in vain are rejected, with what to add", async () => {
    await using ctx = await mockContext<restate.WorkflowContext>({ key: "k" });
    await expect(ctx.promise("clicked").get()).rejects.toThrow(
      /waits for the promise "clicked".*promises: \{ "clicked": result \}/,
    );
    await expect(ctx.signal("go")).rejects.toThrow(/signals: \{ "go": result \}/);
    const [, second] = [ctx.awakeable(), ctx.awakeable()];
    await expect(second.promise).rejects.toThrow(/awakeables: \[…, result\]/);
  });

  test("promises of the test's own may take as long as they want", async () => {
    const { promise, resolve } = withResolvers<number>();
    await using ctx = await mockContext<restate.Context>({ signals: { go: promise } });
    const result = ctx.signal<number>("go");
    setTimeout(() => resolve(5), 5);
    expect(await result).toBe(5);
  });

  test("time passes while nothing else can happen", async () => {
    await using ctx = await mockContext<restate.WorkflowContext>({
      key: "k",
      calls: { "Emailer/send": "ok" },
      startAt: 0,
    });
    expect(await approve(ctx, 30)).toBe("timeout");
    expect(ctx.mock.now()).toBe(30 * 86_400_000);
  });

  test.each([
    [{ promises: { clicked: later({ days: 3 }, "link") } }, "link"],
    [{ awakeables: [later({ days: 2 }, "awakeable")] }, "awakeable"],
    [{ signals: { nudge: "nudged" } }, "nudged"],
  ])("events come when the script says: %#", async (options, winner) => {
    await using ctx = await mockContext<restate.WorkflowContext>({
      key: "k",
      calls: { "Emailer/send": "ok" },
      ...options,
    });
    expect(await approve(ctx, 30)).toBe(winner);
  });

  test("cancellation rejects what is awaited", async () => {
    await using ctx = await mockContext<restate.Context>({ cancelAfter: { hours: 1 }, startAt: 0 });
    await expect(ctx.sleep({ days: 1 })).rejects.toThrow(restate.CancelledError);
    expect(ctx.mock.now()).toBe(3_600_000);
  });

  test("random values depend on the seed, the request on the options", async () => {
    await using a = await mockContext<restate.Context>({ seed: 1, headers: { tenant: "t" } });
    await using b = await mockContext<restate.Context>({ seed: 1, input: { x: 1 } });
    await using c = await mockContext<restate.Context>({ seed: 2 });
    expect(a.rand.uuidv4()).toBe(b.rand.uuidv4());
    expect(a.rand.uuidv4()).not.toBe(c.rand.uuidv4());
    expect(a.request().headers.get("tenant")).toBe("t");
    expect(new TextDecoder().decode(b.request().body)).toBe('{"x":1}');
  });
});

test("a context that breaks under its handler ends the test with the reason", () => {
  const file = fileURLToPath(new URL("dead-attempt.fixture.ts", import.meta.url));
  const tsconfig = fileURLToPath(new URL("../../../../tsconfig.json", import.meta.url));
  const env = { ...process.env, TSX_TSCONFIG_PATH: tsconfig };
  const args = ["--import", "tsx", file];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  expect(stderr).toMatch(/serialize a BigInt/);
  expect(status).toBe(1);
});

describe("a handler that is run", () => {
  test("is replayed at every wait, with its runs executed once", async () => {
    let attempts = 0;
    const pay = vi.fn(() => ({ receipt: "r" }));
    const { result, journal, state, invocation } = await mockContext({
      key: "ada",
      state: { balance: 10 },
      runs: { "pay out": pay },
    }).run((ctx: restate.ObjectContext<Account>, amount: number) => {
      attempts++;
      return withdraw(ctx, amount);
    }, 4);
    expect(result).toEqual({ receipt: "r" });
    expect(state).toEqual({ balance: 6 });
    expect(journal.at(-1)).toMatchObject({ type: "Output" });
    expect(pay).toHaveBeenCalledTimes(1);
    expect(attempts).toBe(2);
    expect(invocation.attempts).toHaveLength(2);
  });

  test("runs that fail are retried", async () => {
    const { result, invocation } = await mockContext({
      runs: { step: fails(2, new Error("x")) },
    }).run(async (ctx: restate.Context) => ctx.run("step", () => "done"));
    expect(result).toBe("done");
    expect(invocation.attempts.filter(({ end }) => end?.kind === "failed")).toHaveLength(2);
  });

  test("a bounded run ends where its policy says", async () => {
    const run = await mockContext({ runs: { step: new Error("down") } }).run(
      async (ctx: restate.Context) =>
        ctx.run("step", () => 1, { maxRetryAttempts: 3, initialRetryInterval: 1 }),
    );
    expect(run.error).toMatchObject({ message: "down" });
    expect(() => run.result).toThrow("down");
    expect(run.invocation.attempts.filter(({ end }) => end?.kind === "failed")).toHaveLength(2);
  });

  test("a bug rejects at once, with the error itself", async () => {
    const bug = new TypeError("bug");
    await expect(mockContext().run(() => Promise.reject(bug))).rejects.toBe(bug);
  });

  test("assertions inside runs and calls fail the test", async () => {
    const asserts = () => expect(1).toBe(2);
    const run = mockContext({ runs: { step: asserts } }).run(async (ctx: restate.Context) =>
      ctx.run("step", () => undefined).catch(() => "swallowed"),
    );
    await expect(run).rejects.toThrow(/expected 1 to be 2/);
    const call = mockContext({ calls: { "Emailer/send": asserts } }).run(
      async (ctx: restate.Context) =>
        ctx
          .serviceClient(emailer)
          .send("x")
          .catch(() => "swallowed"),
    );
    await expect(call).rejects.toThrow(/expected 1 to be 2/);
  });

  test("a wait in vain rejects with what to add", async () => {
    const run = mockContext({ key: "k" }).run(async (ctx: restate.WorkflowContext) => {
      await ctx.promise("clicked").get();
    });
    await expect(run).rejects.toThrow(/promises: \{ "clicked": result \}/);
  });

  test("a call that is not in the script rejects, even if the handler swallows it", async () => {
    const run = mockContext().run(async (ctx: restate.Context) =>
      ctx
        .serviceClient(emailer)
        .send("x")
        .catch(() => "swallowed"),
    );
    await expect(run).rejects.toThrow(/Emailer\/send is not in the script/);
  });

  test("runs that never succeed end with what they failed with", async () => {
    const run = mockContext({ runs: { step: new Error("down") } }).run(
      async (ctx: restate.Context) => ctx.run("step", () => 1),
    );
    await expect(run).rejects.toThrow(/retried until its policy gave up.*: down/);
  });

  test("misuse of the context rejects at once", async () => {
    const run = mockContext({ unscriptedRuns: "execute" }).run(async (ctx: restate.Context) =>
      ctx.run("outer", () => ctx.rand.random()),
    );
    await expect(run).rejects.toThrow(/used inside the action of ctx.run "outer"/);
  });

  test("handlers with options keep their serdes", async () => {
    const text: restate.Serde<string> = {
      contentType: "text/plain",
      serialize: (value) => new TextEncoder().encode(value),
      deserialize: (bytes) => new TextDecoder().decode(bytes),
    };
    const handler = restate.handlers.workflow.workflow(
      { input: text, output: text },
      async (ctx: restate.WorkflowContext, name) => {
        await ctx.sleep(1);
        return `hello ${name}`;
      },
    );
    const mock = mockContext({ key: "k" }).withSerdes({
      input: text,
      output: text,
    });
    expect((await mock.run(handler, "ada")).result).toBe("hello ada");
  });

  test("nondeterminism is found", async () => {
    let attempt = 0;
    const run = mockContext({ unscriptedRuns: "execute" }).run(async (ctx: restate.Context) => {
      attempt++;
      await ctx.run(attempt === 1 ? "first" : "second", () => 1);
    });
    await expect(run).rejects.toThrow(/mismatch|differ/i);
  });
});

describe("types", () => {
  test("keyed contexts need a key, others have none", () => {
    // @ts-expect-error an object has a key
    void mockContext<restate.ObjectContext>({});
    // @ts-expect-error an object has a key
    void mockContext<restate.ObjectContext>();
    // @ts-expect-error a service has no key
    void mockContext<restate.Context>({ key: "k" });
    // @ts-expect-error the balance is a number
    void mockContext<restate.ObjectContext<Account>>({ key: "k", state: { balance: "1" } });
    const loose = mockContext({ key: "k" });
    // @ts-expect-error the handler wants a number
    const wrong = loose.run(withdraw, "1");
    wrong.catch(() => undefined);
  });

  test("results are the handler's", async () => {
    const run = await mockContext<restate.ObjectSharedContext<Account>>({ key: "k" }).run(
      async (ctx) => (await ctx.get("balance")) ?? 0,
    );
    expectTypeOf(run.result).toEqualTypeOf<number>();
    expectTypeOf(run.state).toEqualTypeOf<Partial<Account>>();
  });
});

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
