/** Every check catches what it is for, and is silent on the correct way to do the same. */
import * as restate from "@restatedev/restate-sdk";
import { rpc } from "@restatedev/restate-sdk-clients";
import { describe, expect, test } from "vitest";
import { createTestEnvironment, type CheckOptions, type TestEnvironment } from "../index.js";

const note = restate.service({
  name: "Note",
  handlers: { take: async (_ctx: restate.Context, _text: string): Promise<void> => {} },
});

/** A service with one handler, called once. */
async function run(
  handler: (ctx: restate.Context) => Promise<unknown>,
  options: {
    readonly checks?: CheckOptions | false;
    readonly mode?: "suspend" | "stream";
    readonly prepare?: (env: TestEnvironment) => void;
  } = {},
): Promise<unknown> {
  const service = restate.service({ name: "Subject", handlers: { run: handler } });
  const { prepare, ...rest } = options;
  await using env = await createTestEnvironment({ services: [service, note], ...rest });
  prepare?.(env);
  return await env.call(service).run();
}

class Money {
  constructor(readonly cents: number) {}
  get euros(): number {
    return this.cents / 100;
  }
}

describe("roundTrip", () => {
  test.each<[string, unknown, RegExp]>([
    ["a Date", { at: new Date(0) }, /at \$\.at: Date 1970-01-01T00:00:00.000Z becomes "1970/],
    ["a Map", new Map([["a", 1]]), /Map \[\["a",1\]\] becomes \{\}/],
    ["a Set in a list", [new Set([1])], /at \$\[0\]: Set \[1\] becomes \{\}/],
    ["an instance of a class", new Money(5), /Money \{"cents":5\} becomes \{"cents":5\}/],
    ["NaN", [Number.NaN], /at \$\[0\]: NaN becomes null/],
    ["undefined in a list", [1, undefined], /at \$\[1\]: undefined becomes null/],
    ["bytes", new Uint8Array([1, 2]), /2 bytes becomes \{"0":1,"1":2\}/],
    ["an Error", new Error("x"), /Error: x becomes \{\}/],
    ["a function", { go: () => 1 }, /at \$\.go: function go becomes undefined/],
  ])("%s that is the result of a run", async (_, value, message) => {
    const result = run(async (ctx) => {
      await ctx.run("make", () => value);
    });
    await expect(result).rejects.toThrow(message);
  });

  test("what cannot be written at all fails loudly, too", async () => {
    const result = run(async (ctx) => ctx.run("make", () => 5n));
    await expect(result).rejects.toThrow(/paused after 70 attempts.*serialize a BigInt/s);
  });

  test("values of calls, state and results", async () => {
    const date = new Date(0);
    await expect(run(async (ctx) => ctx.serviceClient(note).take(date as never))).rejects.toThrow(
      /Subject\/run journals comes back different/,
    );
    await expect(run(async () => ({ date }))).rejects.toThrow(/at \$\.date/);
  });

  test("plain values pass, a missing field is as good as undefined, and other serdes are asked", async () => {
    const date: restate.Serde<Date> = {
      serialize: (value) => new TextEncoder().encode(value.toISOString()),
      deserialize: (bytes) => new Date(new TextDecoder().decode(bytes)),
    };
    const result = await run(async (ctx) => {
      await ctx.run("plain", () => ({ a: [1, null, { b: "c" }], missing: undefined, no: false }));
      await ctx.run("bytes", () => new Uint8Array([1]), { serde: restate.serde.binary });
      await ctx.run("nothing", () => {});
      const at = await ctx.run("date", () => new Date(0), { serde: date });
      return at.getTime();
    });
    expect(result).toBe(0);
  });

  test("is turned off", async () => {
    const value = await run(async (ctx) => ctx.run("make", () => new Date(0) as unknown), {
      checks: { roundTrip: false },
    });
    expect(value).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("contextInRun", () => {
  test("a context used inside of a run fails the test, even if the action swallows the error", async () => {
    await expect(
      run(async (ctx) => ctx.run("outer", () => ctx.run("inner", () => 1))),
    ).rejects.toThrow(/ctx.run was used inside the action of ctx.run "outer"/);
    await expect(
      run(async (ctx) => {
        await ctx.run("outer", async () => {
          await Promise.resolve(ctx.sleep(1)).catch(() => undefined);
        });
      }),
    ).rejects.toThrow(/ctx.sleep was used inside the action/);
  });

  test("parallel runs are no runs inside each other", async () => {
    const result = await run(async (ctx) => {
      const both = await Promise.all([
        ctx.run("a", async () => Promise.resolve(1)),
        ctx.run("b", async () => Promise.resolve(2)),
      ]);
      return both;
    });
    expect(result).toEqual([1, 2]);
  });
});

describe.each(["suspend", "stream"] as const)("foreignAwait in mode %s", (mode) => {
  // A timer of a loaded machine may be due before anybody has had a chance to rest; turns of the event loop are not.
  const elsewhere = async () => {
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
  };

  test("a timer or I/O outside of a run", async () => {
    const result = run(
      async (ctx) => {
        await elsewhere();
        await ctx.sleep(1);
      },
      { mode },
    );
    await expect(result).rejects.toThrow(/awaited something that is not Restate's.*ctx\.sleep/s);
  });

  test("I/O inside of runs, promises of the language, and code behind the last step are fine", async () => {
    const result = await run(
      async (ctx) => {
        const later = async (value: number) => {
          await Promise.resolve();
          await ctx.sleep(value);
          return ctx.run(`io ${value}`, async () => {
            await elsewhere();
            return value;
          });
        };
        const values = await Promise.all([later(2), later(1), ctx.run("io", elsewhere)]);
        await elsewhere();
        return values.slice(0, 2);
      },
      { mode },
    );
    expect(result).toEqual([2, 1]);
  });
});

describe("unawaited", () => {
  test("runs", async () => {
    const result = run(async (ctx) => {
      void ctx.run("lost", () => 1);
    });
    await expect(result).rejects.toThrow(/without awaiting ctx.run "lost"/);
  });

  test("calls and sleeps", async () => {
    const result = run(async (ctx) => {
      await ctx.run("step", () => 1);
      void ctx.serviceClient(note).take("x");
      void ctx.sleep(5, "pause");
    });
    await expect(result).rejects.toThrow(/its call of Note\/take .*, the sleep "pause"/);
  });

  test("the context after the end", async () => {
    const service = restate.service({
      name: "Subject",
      handlers: {
        run: async (ctx: restate.Context) => {
          setTimeout(() => ctx.console.info(ctx.sleep(1)), 1);
        },
      },
    });
    await using env = await createTestEnvironment({ services: [service] });
    await env.call(service).run();
    await expect.poll(() => env.findings.length).toBe(1);
    expect(env.findings[0]?.message).toMatch(/ctx.sleep was used after the handler had ended/);
    await env.dispose().catch(() => undefined);
  });

  test("sends, losers of races and invocation ids are left alone on purpose", async () => {
    const result = await run(async (ctx) => {
      ctx.serviceSendClient(note).take("x");
      const winner = await restate.RestatePromise.race([
        ctx.sleep({ days: 1 }).map(() => "slow"),
        ctx.run("fast", () => "fast"),
      ]);
      const native = await Promise.race([ctx.sleep({ days: 1 }), ctx.sleep(1).map(() => "quick")]);
      const call = ctx.serviceClient(note).take("y");
      const id = await call.invocationId;
      return [winner, native, id.startsWith("inv_")];
    });
    expect(result).toEqual(["fast", "quick", true]);
  });
});

describe("givenUp", () => {
  test("a permanent failure that is no TerminalError", async () => {
    const result = run(async () => Promise.reject(new Error("no such customer")));
    await expect(result).rejects.toThrow(/paused after 70 attempts.*no such customer/s);
  });

  test("failures that pass, and those that are terminal", async () => {
    let attempts = 0;
    const result = run(async () => {
      if (attempts++ < 5) throw new Error("busy");
      throw new restate.TerminalError("no such customer");
    });
    await expect(result).rejects.toThrow(/^no such customer$/);
  });
});

describe("journalMismatch", () => {
  test("a handler that does not repeat itself fails the test", async () => {
    let attempts = 0;
    const result = run(async (ctx) => {
      attempts++;
      await ctx.run(`attempt ${attempts}`, () => 1);
      await ctx.sleep(1);
    });
    await expect(result).rejects.toThrow(/Journal mismatch.*recorded.*"attempt 1".*"attempt 2"/s);
  });

  test("a stack that is in the payload", async () => {
    const result = run(async (ctx) => {
      const at = Math.random();
      await ctx.serviceClient(note).take(`stack ${at}`);
      await ctx.sleep(1);
    });
    await expect(result).rejects.toThrow(/Journal mismatch/);
  });
});

/** An object whose handlers call those of other keys. */
interface Account {
  credit: (ctx: restate.ObjectContext, from: string) => Promise<string>;
  round: (ctx: restate.ObjectContext, others: string[]) => Promise<void>;
}
const Account: restate.VirtualObjectDefinition<"Account", Account> = { name: "Account" };

const account = restate.object({
  name: "Account",
  handlers: {
    transfer: async (ctx: restate.ObjectContext, to: string) => {
      await ctx.run("think", () => undefined);
      return ctx.objectClient(Account, to).credit(ctx.key);
    },
    credit: async (ctx: restate.ObjectContext, from: string) => {
      ctx.set("from", from);
      return from;
    },
    selfCall: async (ctx: restate.ObjectContext) => {
      await ctx.objectClient(Account, ctx.key).credit("self");
    },
    impatient: async (ctx: restate.ObjectContext): Promise<string> => {
      const call = ctx.objectClient(Account, ctx.key).credit("self");
      return Promise.race([
        Promise.resolve(call),
        Promise.resolve(ctx.sleep(10).map(() => "gave up")),
      ]);
    },
    round: async (ctx: restate.ObjectContext, others: string[]) => {
      const [next, ...rest] = others;
      await ctx.run("hold", () => undefined);
      if (next !== undefined) {
        await ctx.objectClient(Account, next).round(rest);
      }
    },
  },
});

describe.each(["suspend", "stream"] as const)("deadlock in mode %s", (mode) => {
  test("a handler that calls its own key", async () => {
    await using env = await createTestEnvironment({ services: [account], mode });
    await expect(env.call(account, "a").selfCall()).rejects.toThrow(
      /Deadlock: 2 invocations.*Account\/a\/credit .* waits for the key Account\/a, which Account\/a\/selfCall holds.*Account\/a\/selfCall .* waits for the result of Account\/a\/credit/s,
    );
  });

  test("two transfers that cross", async () => {
    await using env = await createTestEnvironment({ services: [account], mode });
    const both = Promise.all([
      env.call(account, "a").transfer("b"),
      env.call(account, "b").transfer("a"),
    ]);
    await expect(both).rejects.toThrow(/Deadlock: 4 invocations/);
  });

  test("a longer circle", async () => {
    await using env = await createTestEnvironment({ services: [account], mode });
    await expect(env.call(account, "a").round(["b", "c", "a"])).rejects.toThrow(
      /Deadlock: 4 invocations.*Account\/c\/round/s,
    );
  });

  test("who waits for a key, a result and a timer is not stuck", async () => {
    await using env = await createTestEnvironment({ services: [account], mode });
    const results = await Promise.all([
      env.call(account, "a").transfer("b"),
      env.call(account, "a").transfer("b"),
      env.call(account, "b").credit("x"),
      env.call(account, "c").round(["d", "e"]),
      env.call(account, "f").impatient(),
    ]);
    expect(results.slice(0, 3)).toEqual(["a", "a", "x"]);
    expect(results[4]).toBe("gave up");
  });
});

describe("keyHeldFor", () => {
  const slow = restate.object({
    name: "Slow",
    handlers: {
      nap: async (ctx: restate.ObjectContext, hours: number) => ctx.sleep({ hours }),
      watch: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
        ctx.sleep({ hours: 9 }),
      ),
    },
  });

  test("an exclusive handler that waits for long", async () => {
    const checks = { keyHeldFor: { hours: 1 } };
    await using env = await createTestEnvironment({ services: [slow], checks });
    await expect(env.call(slow, "a").nap(2)).rejects.toThrow(
      /Slow\/a\/nap has held the key Slow\/a for 3600000 ms/,
    );
  });

  test("short waits and shared handlers", async () => {
    const checks = { keyHeldFor: { hours: 1 } };
    await using env = await createTestEnvironment({ services: [slow], checks });
    await Promise.all([env.call(slow, "a").nap(0.5), env.call(slow, "a").watch()]);
  });
});

describe("ingressCall", () => {
  test("a call through the ingress from a handler needs an idempotency key", async () => {
    let ingress: TestEnvironment["ingress"];
    const prepare = (env: TestEnvironment) => {
      ingress = env.ingress;
    };
    const call = (idempotencyKey?: string) =>
      run(
        async (ctx) => {
          const opts = idempotencyKey === undefined ? {} : { idempotencyKey };
          await ctx.run("publish", async () => {
            await ingress.serviceClient(note).take("x", rpc.opts(opts));
          });
        },
        { prepare },
      );
    await expect(call()).rejects.toThrow(
      /Subject\/run called Note\/take through the ingress without an idempotency key/,
    );
    await call("k");
  });

  test("the test itself may call as it likes", async () => {
    await using env = await createTestEnvironment({ services: [note] });
    await env.ingress.serviceClient(note).take("x");
  });
});

describe("globals", () => {
  const originals = [Date, Date.now, Math.random, setTimeout, fetch, crypto.randomUUID];

  test.each<[string, () => unknown]>([
    ["Date.now()", () => Date.now()],
    ["new Date()", () => new Date()],
    ["Math.random()", () => Math.random()],
    ["crypto.randomUUID()", () => crypto.randomUUID()],
    ["performance.now()", () => performance.now()],
    ["setTimeout()", () => clearTimeout(setTimeout(() => undefined, 0))],
  ])("%s outside of a run", async (what, use) => {
    const result = run(
      async (ctx) => {
        await ctx.sleep(1);
        use();
      },
      { checks: { globals: true } },
    );
    await expect(result).rejects.toThrow(`Subject/run used ${what} outside of ctx.run`);
  });

  test("the context, runs, and dates made from something are fine", async () => {
    const result = run(
      async (ctx) => {
        await ctx.run("random", () => [Math.random(), Date.now(), crypto.randomUUID()]);
        await ctx.run("async", async () => {
          await Promise.resolve();
          return new Date().toISOString();
        });
        const now = await ctx.date.now();
        return [ctx.rand.random(), ctx.rand.uuidv4(), new Date(now).getTime() === now];
      },
      { checks: { globals: true } },
    );
    expect(await result).toMatchObject({ 2: true });
  });

  test("what the test allows is fine, and the test itself may use anything", async () => {
    const uses: string[] = [];
    const allow = ({ what, target, stack }: { what: string; target: string; stack: string }) => {
      uses.push(`${what} ${target} ${stack.includes("checks.test")}`);
      return true;
    };
    expect(new Date()).toBeInstanceOf(Date);
    await run(async () => void Date.now(), { checks: { globals: { allow } } });
    expect(uses).toEqual(["Date.now() Subject/run true"]);
  });

  test("are as before when the environment is gone", () => {
    expect([Date, Date.now, Math.random, setTimeout, fetch, crypto.randomUUID]).toEqual(originals);
  });
});
