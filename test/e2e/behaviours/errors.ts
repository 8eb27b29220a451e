/** Errors: terminal ones travel to the caller, all others make the server try again. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const attempts = new Tally();
const attemptTimes = new Map<string, number[]>();

class OutOfStock extends Error {}

interface Failure {
  readonly message: string;
  readonly errorCode?: number;
  readonly metadata?: Record<string, string>;
}

const faulty = restate.service({
  name: "Faulty",
  handlers: {
    fail: async (_ctx: restate.Context, { message, ...options }: Failure): Promise<void> => {
      throw new restate.TerminalError(message, options);
    },

    failAfterAwait: async (ctx: restate.Context, { message }: Failure): Promise<void> => {
      await ctx.sleep(1);
      throw new restate.TerminalError(message, { errorCode: 409 });
    },

    retried: async (
      _ctx: restate.Context,
      { key, failures }: { key: string; failures: number },
    ) => {
      const attempt = attempts.hit(key);
      if (attempt <= failures) throw new Error(`attempt ${attempt} fails`);
      return attempt;
    },

    throwsText: async (_ctx: restate.Context, key: string) => {
      if (attempts.hit(key) === 1) throw "just text";
      return "recovered";
    },

    retriedLater: async (
      _ctx: restate.Context,
      { key, afterMs }: { key: string; afterMs: number },
    ) => {
      const times = [...(attemptTimes.get(key) ?? []), Date.now()];
      attemptTimes.set(key, times);
      if (times.length === 1) {
        throw restate.RetryableError.from(new Error("busy"), { retryAfter: afterMs });
      }
      return times;
    },

    unserialisable: async (_ctx: restate.Context, key: string): Promise<unknown> => {
      attempts.hit(key);
      return { big: 10n };
    },

    unserialisableStep: async (ctx: restate.Context) => ctx.run("too big", () => ({ big: 10n })),

    sold: restate.handlers.handler(
      {
        asTerminalError: (error) =>
          error instanceof OutOfStock
            ? new restate.TerminalError(error.message, { errorCode: 410 })
            : undefined,
      },
      async (ctx: restate.Context, where: "handler" | "step"): Promise<void> => {
        if (where === "handler") throw new OutOfStock("no more bolts");
        await ctx.run("take", () => {
          throw new OutOfStock("no more nuts");
        });
      },
    ),

    parsed: async (_ctx: restate.Context, input: { n: number }) => input.n,
  },
});

const limited = restate.service({
  name: "Limited",
  handlers: {
    killed: restate.handlers.handler(
      { retryPolicy: { maxAttempts: 3, onMaxAttempts: "kill", initialInterval: 5 } },
      async (_ctx: restate.Context, key: string): Promise<void> => {
        throw new Error(`attempt ${attempts.hit(key)} fails`);
      },
    ),
    paused: restate.handlers.handler(
      { retryPolicy: { maxAttempts: 2, onMaxAttempts: "pause", initialInterval: 5 } },
      async (_ctx: restate.Context, key: string) => {
        if (attempts.hit(key) <= 2) throw new Error("needs a human");
        return "resumed";
      },
    ),
  },
});

const go = restate.service({
  name: "GoBetween",
  handlers: {
    pass: async (ctx: restate.Context, failure: Failure) => {
      await ctx.serviceClient(faulty).fail(failure);
    },
    caught: async (ctx: restate.Context, failure: Failure) => {
      try {
        await ctx.serviceClient(faulty).fail(failure);
        return undefined;
      } catch (error) {
        const { name, code, message, metadata } = error as restate.TerminalError;
        return { terminal: error instanceof restate.TerminalError, name, code, message, metadata };
      }
    },
    nobody: async (ctx: restate.Context) =>
      ctx.genericCall({ service: "Nobody", method: "home", parameter: new Uint8Array() }),
  },
});

export const errors: Behaviour = {
  name: "errors",
  services: [faulty, limited, go],
  tests: (world) => {
    terminalTests(world);
    retryTests(world);
    valueTests(world);
  },
};

function terminalTests(world: World): void {
  it.for([
    ["fail", 500],
    ["failAfterAwait", 409],
  ] as const)("a terminal error of %s answers the caller with code %i", async ([handler, code]) => {
    const message = "the well is dry\nand deep ☃";
    const error = await ingressErrorOf(world.ingress.call(`Faulty/${handler}`, { message }));
    expect(error.status).toBe(code);
    expect(error.message).toBe(message);
  });

  it("a terminal error carries code and metadata to the ingress", async () => {
    const failure = { message: "gone", errorCode: 410, metadata: { shelf: "7", row: "b" } };
    const error = await ingressErrorOf(world.ingress.call("Faulty/fail", failure));
    expect(error.status).toBe(410);
    expect(error.body.metadata).toMatchObject(failure.metadata);
  });

  it("a terminal error of a callee is caught by the caller with code, message and metadata", async () => {
    const failure = { message: "gone", errorCode: 410, metadata: { shelf: "7" } };
    expect(await world.ingress.call("GoBetween/caught", failure)).toEqual({
      terminal: true,
      name: "TerminalError",
      code: 410,
      message: "gone",
      metadata: { shelf: "7" },
    });
  });

  it("a terminal error nobody catches travels up the call chain", async () => {
    const failure = { message: "gone", errorCode: 410, metadata: { shelf: "7" } };
    const error = await ingressErrorOf(world.ingress.call("GoBetween/pass", failure));
    expect(error.status).toBe(410);
    expect(error.message).toBe("gone");
    expect(error.body.metadata).toMatchObject({ shelf: "7" });
  });

  it("terminal errors leave the service healthy", async () => {
    for (const message of ["one", "two", "three"]) {
      const error = await ingressErrorOf(world.ingress.call("Faulty/fail", { message }));
      expect(error.message).toBe(message);
    }
    expect(await world.ingress.call("Faulty/parsed", { n: 1 })).toBe(1);
  });

  it.for([
    ["handler", "no more bolts"],
    ["step", "no more nuts"],
  ] as const)("asTerminalError makes an error of the %s terminal", async ([where, message]) => {
    const error = await ingressErrorOf(world.ingress.call("Faulty/sold", where));
    expect(error.status).toBe(410);
    expect(error.message).toContain(message);
  });
}

function retryTests(world: World): void {
  it("any other error is retried", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Faulty/retried", { key, failures: 3 })).toBe(4);
  });

  it("a thrown value that is no Error is retried", async () => {
    expect(await world.ingress.call("Faulty/throwsText", uniqueKey())).toBe("recovered");
  });

  it("the last failure is shown while an invocation is retried", async () => {
    const failures = 1_000_000;
    const { invocationId } = await world.ingress.send("Faulty/retried", {
      key: uniqueKey(),
      failures,
    });
    await eventually(async () => {
      const row = await world.admin.invocation(invocationId);
      expect(row.last_failure).toMatch(/attempt \d+ fails/);
      expect(row.retry_count).toBeGreaterThan(1);
    });
    await world.admin.kill(invocationId);
  });

  it("a handler that asks for a delay is not retried before", async () => {
    const afterMs = 300;
    const times = await world.ingress.call<[number, number]>("Faulty/retriedLater", {
      key: uniqueKey(),
      afterMs,
    });
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(afterMs);
  });

  it("a handler may say after how many attempts it is killed", async () => {
    const key = uniqueKey();
    const error = await ingressErrorOf(world.ingress.call("Limited/killed", key));
    expect(error.message).toContain("attempt 3 fails");
    expect(attempts.count(key)).toBe(3);
  });

  it("a handler may say after how many attempts it is paused, and is resumed by hand", async () => {
    const { invocationId } = await world.ingress.send("Limited/paused", uniqueKey());
    await eventually(async () => {
      expect((await world.admin.invocation(invocationId)).status).toBe("paused");
    });
    await world.admin.resume(invocationId);
    expect(await world.ingress.attach(invocationId)).toBe("resumed");
  });
}

function valueTests(world: World): void {
  it("input that is no JSON fails with 400 and is not retried", async () => {
    const error = await ingressErrorOf(
      world.ingress.callRaw("Faulty/parsed", new TextEncoder().encode("{ no json"), {
        headers: { "content-type": "application/json" },
      }),
    );
    expect(error.status).toBe(400);
  });

  it.for([
    ["output", "Faulty/unserialisable"],
    ["step result", "Faulty/unserialisableStep"],
  ] as const)("a %s that can't be serialised is reported with the reason", async ([, target]) => {
    const { invocationId } = await world.ingress.send(target, uniqueKey());
    await eventually(async () => {
      const row = await world.admin.invocation(invocationId);
      expect(row.last_failure ?? row.completion_failure).toContain("BigInt");
    });
    await world.admin.kill(invocationId).catch(() => undefined);
  });

  it("an unknown handler or service is not found", async () => {
    expect((await ingressErrorOf(world.ingress.call("Faulty/nothing"))).status).toBe(404);
    expect((await ingressErrorOf(world.ingress.call("Nobody/home"))).status).toBe(404);
  });
}
