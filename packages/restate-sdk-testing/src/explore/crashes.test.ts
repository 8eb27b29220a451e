/** Crash exploration finds what breaks when attempts die, and is content with what does not. */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import {
  ExplorationError,
  exploreCrashes,
  mockService,
  type CrashOptions,
  type Scenario,
} from "../index.js";

const ledger = restate.object({
  name: "Ledger",
  handlers: {
    book: async (ctx: restate.ObjectContext, cents: number) => {
      const balance = ((await ctx.get<number>("balance")) ?? 0) + cents;
      ctx.set("balance", balance);
      return balance;
    },
  },
});

const mailer = restate.service({
  name: "Mailer",
  handlers: { send: async (_ctx: restate.Context, _text: string): Promise<void> => {} },
});

/** A payment as it should be: the key of the charge is made outside of the run. */
const checkout = restate.object({
  name: "Checkout",
  handlers: {
    pay: async (ctx: restate.ObjectContext, cents: number) => {
      const key = ctx.rand.uuidv4();
      const receipt = await ctx.run("charge card", () => ({ key }));
      const [mine, shop] = await Promise.all([
        ctx.objectClient(ledger, ctx.key).book(-cents),
        ctx.objectClient(ledger, "shop").book(cents),
      ]);
      ctx.set("paid", cents);
      await ctx.sleep({ days: 1 });
      ctx.serviceSendClient(mailer).send(`thanks for ${cents}`);
      return { receipt, mine, shop, at: await ctx.date.now() };
    },
  },
});

const services = [checkout, ledger, mailer];

const paying: Scenario = {
  services,
  run: async (env, effects) => {
    env.mockRun("charge card", ({ action }) => {
      const receipt = action() as { key: string };
      effects.record("charge", { key: receipt.key, details: 4200 });
      return receipt;
    });
    return env.call(checkout, "ann").pay(4200);
  },
};

/** A service whose only handler is called once. */
function calling(handler: (ctx: restate.Context) => Promise<unknown>): Scenario {
  const subject = restate.service({ name: "Subject", handlers: { run: handler } });
  return { services: [subject, mailer, ledger], run: (env) => env.call(subject).run() };
}

async function failureOf(scenario: Scenario, options?: CrashOptions): Promise<ExplorationError> {
  const error: unknown = await exploreCrashes(scenario, options).catch((thrown: unknown) => thrown);
  if (error instanceof ExplorationError) return error;
  throw new Error(`Expected an ExplorationError, but got ${String(error)}`);
}

describe("correct code", () => {
  test("withstands every crash and every suspension", async () => {
    const report = await exploreCrashes(paying);
    expect(report.skipped).toBe(0);
    expect(report.runs).toBe(report.points.length + 3);
    const kinds = report.points.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "crash").length).toBeGreaterThan(30);
    expect(kinds.filter((kind) => kind === "suspension").length).toBeGreaterThan(4);
    const places = report.points.map(({ target, description }) => `${target}: ${description}`);
    expect(places).toContain(
      'Checkout/ann/pay: after the action of run "charge card" was executed, before its result is recorded',
    );
    expect(places).toContain('Ledger/shop/book: as soon as the server has its set state "balance"');
    expect(places).toContain("Mailer/send: as soon as the server has the result of the handler");
  });

  test("what was executed more than once is reported, and may be", async () => {
    const { repeatedRuns } = await exploreCrashes(paying);
    expect(repeatedRuns).toMatchObject([
      { target: "Checkout/ann/pay", run: "charge card", times: 2 },
      { target: "Checkout/ann/pay", run: "ctx.date", times: 2 },
    ]);
    expect(repeatedRuns[0]?.points).toContain("Checkout/ann/pay 1/2");
  });

  test.each(["suspend", "stream"] as const)("in mode %s, in every protocol", async (mode) => {
    for (const protocol of [5, 6, 7] as const) {
      const report = await exploreCrashes({ ...paying, mode, protocol }, { maxPoints: 20 });
      expect(report.points).toHaveLength(20);
    }
  });

  test("failures, retries and compensations are outcomes like any other", async () => {
    const booking = restate.service({
      name: "Booking",
      handlers: {
        book: async (ctx: restate.Context) => {
          await ctx.run("flight", () => "flight");
          try {
            await ctx.run("car", () => {
              throw new restate.TerminalError("no cars", { errorCode: 409 });
            });
          } catch {
            await ctx.run("cancel flight", () => undefined);
            throw new restate.TerminalError("not booked", { errorCode: 409 });
          }
        },
      },
    });
    await exploreCrashes({
      services: [booking],
      run: async (env, effects) => {
        let isDown = true;
        env.mockRun("flight", () => {
          if (isDown) {
            isDown = false;
            throw new Error("try again");
          }
          effects.record("flight", { key: "1" });
        });
        await expect(env.call(booking).book()).rejects.toThrow("not booked");
      },
    });
  });

  test("awakeables, promises and signals that the scenario completes", async () => {
    const approval = restate.workflow({
      name: "Approval",
      handlers: {
        run: async (ctx: restate.WorkflowContext) => {
          const { id, promise } = ctx.awakeable<string>();
          await ctx.run("ask", () => id);
          const first = await promise;
          const second = await ctx.promise<string>("second").get();
          return `${first} ${second}`;
        },
      },
    });
    const report = await exploreCrashes({
      services: [approval],
      run: async (env) => {
        const result = env.call(approval, "a").run();
        (await env.awakeables.next()).resolve("yes");
        await env.clock.advance(1);
        env.promiseOf(approval, "a", "second").resolve("and yes");
        return result;
      },
    });
    expect(report.points.length).toBeGreaterThan(10);
  });
});

describe("what breaks", () => {
  test("a charge without an idempotency key is made twice", async () => {
    const error = await failureOf({
      services,
      run: async (env, effects) => {
        env.mockRun("charge card", () => effects.record("charge", { details: 4200 }));
        await env.call(checkout, "ann").pay(4200);
      },
    });
    expect(error.failure.differences).toHaveLength(1);
    expect(error.message).toContain('the effect "charge" 4200 without a key happened 2 times');
    expect(error.message).toContain('after the action of run "charge card" was executed');
    expect(error.message).toContain("ctx.rand.uuidv4()");
    expect(error.failure.reproduce).toBe(
      'exploreCrashes(scenario, { only: "Checkout/ann/pay 1/2" })',
    );
  });

  test("a key that is made inside of the run is a new one each time", async () => {
    let made = 0;
    const error = await failureOf({
      services: [checkout, ledger, mailer],
      run: async (env, effects) => {
        env.mockRun("charge card", () => effects.record("charge", { key: `${(made = made + 1)}` }));
        await env.call(checkout, "ann").pay(4200);
      },
    });
    expect(error.message).toMatch(/the effect "charge" with the key "\d+" happened/);
  });

  test("a variable that a run changes is as it was after a replay", async () => {
    const error = await failureOf(
      calling(async (ctx) => {
        let total = 0;
        await ctx.run("add", () => {
          total += 5;
        });
        await ctx.serviceClient(mailer).send(`total ${total}`);
        return total;
      }),
    );
    expect(error.message).toMatch(/total 5.*total 0/s);
    expect(error.message).toContain("result of the scenario: 0 instead of 5");
  });

  test("an effect outside of any run is made again", async () => {
    const error = await failureOf({
      services: (effects) => [
        restate.service({
          name: "Subject",
          handlers: {
            run: async (ctx: restate.Context) => {
              effects.record("e-mail");
              await ctx.sleep(1);
            },
          },
        }),
      ],
      run: async (env) => {
        await env
          .call<restate.ServiceDefinition<"Subject", { run: () => Promise<void> }>>({
            name: "Subject",
          })
          .run();
      },
    });
    expect(error.message).toContain('the effect "e-mail" without a key happened 2 times');
  });

  test("a module's variable makes even undisturbed runs differ", async () => {
    let calls = 0;
    const error = await failureOf(calling(async () => Promise.resolve(++calls)));
    expect(error.message).toContain("Two undisturbed runs of the scenario differ");
    expect(error.message).toContain("result of the scenario: 2 instead of 1");
    expect(error.failure.reproduce).toBe('exploreCrashes(scenario, { only: "undisturbed" })');
  });

  test("a mutable result that every run returns is compared as it was when it was returned", async () => {
    const charges: number[] = [];
    const error = await failureOf({
      services,
      run: async (env) => {
        charges.splice(0);
        env.mockRun("charge card", () => charges.push(4200));
        await env.call(checkout, "ann").pay(4200);
        return charges;
      },
    });
    expect(error.message).toContain("result of the scenario");
  });

  test("the first entry that differs and both timelines are shown", async () => {
    let attempts = 0;
    const scenario: Scenario = {
      ...calling(async (ctx) => {
        attempts++;
        await ctx.sleep(1);
        ctx.objectSendClient(ledger, "a").book(attempts === 1 ? 1 : 2);
      }),
    };
    const { run } = scenario;
    const error = await failureOf({
      ...scenario,
      run: (env, effects) => {
        attempts = 0;
        return run(env, effects);
      },
    });
    expect(error.message).toMatch(
      /first entry that differs is in Subject\/run:\n +undisturbed: command 2: OneWayCall Ledger\/a\/book 1\n +this run: +command 2: OneWayCall Ledger\/a\/book 2/,
    );
    expect(error.failure.timelines).toMatch(/undisturbed: Subject\/run .*this run: Subject\/run/s);
    expect(error.failure.differences.map(({ aspect }) => aspect)).toEqual(["invocations", "state"]);
  });

  test("an assertion of the scenario", async () => {
    const error = await failureOf({
      services,
      run: async (env) => {
        const mock = env.mockRun("charge card", () => "ok");
        await env.call(checkout, "ann").pay(1);
        expect(mock.executions).toHaveLength(1);
      },
    });
    expect(error.message).toContain("the scenario failed: AssertionError");
  });

  test("a scenario that hangs after a crash", async () => {
    const error = await failureOf({
      services: [ledger, mockService(mailer, { send: () => undefined })],
      run: async (env) => {
        const invocation = env.send(ledger, "a").book(1);
        await invocation.result();
        if (invocation.attempts.length > 1) await env.awakeables.next();
      },
    });
    expect(error.message).toContain("The test waits, but nothing can happen any more");
  });
});

describe("options", () => {
  const twice: Scenario = {
    services,
    run: async (env, effects) => {
      env.mockRun("charge card", () => effects.record("charge"));
      await env.call(checkout, "ann").pay(4200);
    },
  };

  test("only: the point that a failure names, alone", async () => {
    const { failure } = await failureOf(twice);
    const only = /only: "(.*)"/.exec(failure.reproduce)?.[1] ?? "";
    const again = await failureOf(twice, { only });
    expect(again.failure.differences).toEqual(failure.differences);
    const report = await exploreCrashes(twice, { only: "Checkout/ann/pay 1/1" });
    expect(report.runs).toBe(2);
    await expect(exploreCrashes(twice, { only: "Nobody 1/1" })).rejects.toThrow(
      /no point "Nobody 1\/1". It has: Checkout\/ann\/pay 1\/1, /,
    );
  });

  test("bail: false reports all failures", async () => {
    const { failures } = await failureOf(twice, { bail: false });
    expect(failures.map(({ title }) => title)).toEqual([
      expect.stringMatching(/charge card" was executed, before its result is recorded/),
      expect.stringMatching(/before the server has its run "charge card"/),
      expect.stringMatching(/as soon as the server has its run "charge card"/),
    ]);
  });

  test("compare: what is not asked for may differ", async () => {
    await exploreCrashes(twice, { compare: ["result", "state", "invocations"] });
  });

  test("what the scenario throws undisturbed is thrown as it is", async () => {
    const failing: Scenario = { services, run: () => Promise.reject(new Error("wrong test")) };
    await expect(exploreCrashes(failing)).rejects.toThrow(/^wrong test$/);
  });
});
