/** Cancellation: an error at the next await, all the way down the call tree, with room to clean up. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { beyondOfficial, type Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

type Obstacle = "call" | "sleep" | "awakeable" | "signal" | "race" | "attach";

/** What happened to the invocations of one test, by its key. */
const log = restate.object({
  name: "CancelLog",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ lines: string[] }>, line: string) => {
      ctx.set("lines", [...((await ctx.get("lines")) ?? []), line]);
    },
    lines: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ lines: string[] }>) =>
        (await ctx.get("lines")) ?? [],
    ),
  },
});

const blocker = restate.object({
  name: "Blocker",
  handlers: {
    block: async (ctx: restate.ObjectContext, obstacle: Obstacle) => {
      const { promise, id } = ctx.awakeable<string>();
      await ctx.objectClient(log, ctx.key).add(`blocked ${id}`);
      await block(ctx, obstacle, promise);
    },
    isFree: async () => true,
  },
});

async function block(
  ctx: restate.ObjectContext,
  obstacle: Obstacle,
  promise: restate.RestatePromise<unknown>,
): Promise<void> {
  const self: typeof blocker = { name: "Blocker" };
  switch (obstacle) {
    case "call":
      // Waits for its own key: nobody can ever answer.
      await ctx.objectClient(self, ctx.key).isFree();
      break;
    case "sleep":
      await ctx.sleep({ days: 1 });
      break;
    case "awakeable":
      await promise;
      break;
    case "signal":
      await ctx.signal("never");
      break;
    case "race":
      await restate.RestatePromise.race([promise, ctx.sleep({ days: 1 }), ctx.signal("never")]);
      break;
    case "attach": {
      const forever = ctx.objectSendClient(blocker, `${ctx.key}-other`).block("sleep");
      await ctx.invocation(await forever.invocationId).attach();
    }
  }
}

const root = restate.service({
  name: "Root",
  handlers: {
    /** Calls a blocked object and writes down how that ends. */
    start: async (ctx: restate.Context, { key, obstacle }: { key: string; obstacle: Obstacle }) => {
      try {
        await ctx.objectClient(blocker, key).block(obstacle);
      } catch (error) {
        const { code, name } = error as restate.TerminalError;
        const kind = error instanceof restate.CancelledError ? "cancelled" : "terminal";
        await ctx.run("clean up", () => "done");
        await ctx.objectClient(log, key).add(`${kind} ${name} ${code}`);
        throw error;
      }
    },

    survive: async (ctx: restate.Context, key: string) => {
      const outcomes: string[] = [];
      for (let i = 0; i < 2; i++) {
        try {
          await ctx.objectClient(log, key).add(`waiting ${i}`);
          await ctx.sleep({ days: 1 });
        } catch (error) {
          outcomes.push(error instanceof restate.CancelledError ? "cancelled" : "other");
        }
      }
      return outcomes;
    },

    sendAndBlock: async (ctx: restate.Context, key: string) => {
      ctx
        .objectSendClient(log, key)
        .add("sent", restate.rpc.sendOpts({ delay: { milliseconds: 300 } }));
      await ctx.objectClient(blocker, key).block("sleep");
    },

    awaitAgain: async (ctx: restate.Context, key: string) => {
      const { id, promise } = ctx.awakeable<string>();
      // Sent, not called: the cancellation that follows must not find it waiting for anything else.
      ctx.objectSendClient(log, key).add(id);
      try {
        return await promise;
      } catch (error) {
        if (!(error instanceof restate.CancelledError)) throw error;
        await ctx.objectClient(log, key).add("cancelled once");
        return `after cancel: ${await promise}`;
      }
    },

    explicit: restate.handlers.handler(
      { explicitCancellation: true },
      async (ctx: restate.Context, key: string) => {
        const internals = ctx as restate.internal.ContextInternal;
        const call = ctx.objectClient(blocker, key).block("sleep");
        const cancelled = await restate.RestatePromise.race([
          internals.cancellation().map(() => true),
          call.map(() => false),
        ]);
        const ids = await internals.cancelPreviousCalls();
        const outcome = await call.map((_, failure) => failure?.code);
        return { cancelled, cancelledCalls: ids.length, outcome };
      },
    ),

    unstoppable: restate.handlers.handler(
      { explicitCancellation: true },
      async (ctx: restate.Context, key: string) => {
        await ctx.objectClient(log, key).add("working");
        return ctx.signal<string>("finish");
      },
    ),
  },
});

const canceller = restate.service({
  name: "Canceller",
  handlers: {
    cancel: async (ctx: restate.Context, id: string) => {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- still supported
      ctx.cancel(restate.InvocationIdParser.fromString(id));
    },
    cancelByReference: async (ctx: restate.Context, id: string) => {
      ctx.invocation(restate.InvocationIdParser.fromString(id)).cancel();
    },
    finish: async (ctx: restate.Context, id: string) => {
      const invocation = ctx.invocation(restate.InvocationIdParser.fromString(id));
      invocation.signal<string>("finish").resolve("finished");
    },
  },
});

export const cancellation: Behaviour = {
  name: "cancellation",
  services: [log, blocker, root, canceller],
  tests: (world) => {
    treeTests(world);
    handlingTests(world);
    killTests(world);
  },
};

function linesOf(world: World, key: string): Promise<string[]> {
  return world.ingress.call<string[]>(`CancelLog/${key}/lines`);
}

async function lineWritten(world: World, key: string, line: RegExp | string): Promise<string> {
  return eventually(async () => {
    const lines = await linesOf(world, key);
    const found = lines.find((each) =>
      typeof line === "string" ? each === line : line.test(each),
    );
    expect(found, `${String(line)} among ${JSON.stringify(lines)}`).toBeDefined();
    return found!;
  });
}

function treeTests(world: World): void {
  const ways = {
    "the admin API": (id: string) => world.admin.cancel(id),
    "a context": (id: string) => world.ingress.call("Canceller/cancel", id),
    "an invocation reference": (id: string) =>
      world.ingress.call("Canceller/cancelByReference", id),
  };
  const obstacles: Obstacle[] = ["call", "sleep", "awakeable", "signal", "race", "attach"];
  const cases = obstacles.map((obstacle): [Obstacle, keyof typeof ways] => [
    obstacle,
    "the admin API",
  ]);
  cases.push(["sleep", "a context"], ["awakeable", "an invocation reference"]);

  it.for(cases)(
    "a caller of an object blocked on %s is cancelled through %s",
    async ([obstacle, way]) => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send("Root/start", { key, obstacle });
      await lineWritten(world, key, /^blocked/);
      await ways[way](invocationId);

      expect(await ingressErrorOf(world.ingress.attach(invocationId))).toMatchObject({
        status: 409,
      });
      const ending = (await linesOf(world, key)).at(-1);
      // The callee was cancelled too; which of the two errors the caller meets first is a matter of timing.
      expect(ending).toMatch(/^(cancelled CancelledError|terminal \w+) 409$/);
      expect(await world.ingress.call(`Blocker/${key}/isFree`)).toBe(true);
    },
  );
}

function handlingTests(world: World): void {
  it("a cancellation can be survived, and happen again", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/survive", key);
    for (const round of [0, 1]) {
      await lineWritten(world, key, `waiting ${round}`);
      await world.admin.cancel(invocationId);
    }
    expect(await world.ingress.attach(invocationId)).toEqual(["cancelled", "cancelled"]);
  });

  it("what was sent one-way is not cancelled with the sender", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/sendAndBlock", key);
    await lineWritten(world, key, /^blocked/);
    await world.admin.cancel(invocationId);
    await ingressErrorOf(world.ingress.attach(invocationId));
    await lineWritten(world, key, "sent");
  });

  const awaitedAgain = beyondOfficial("a promise stays rejected once its await was cancelled");
  awaitedAgain("a promise whose await was cancelled can be awaited again", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/awaitAgain", key);
    const awakeableId = await lineWritten(world, key, /^sign_1/);
    await world.admin.cancel(invocationId);
    await lineWritten(world, key, "cancelled once");
    await world.ingress.resolveAwakeable(awakeableId, "late");
    expect(await world.ingress.attach(invocationId)).toBe("after cancel: late");
  });

  it("with explicit cancellation a handler decides itself what to cancel", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/explicit", key);
    await lineWritten(world, key, /^blocked/);
    await world.admin.cancel(invocationId);
    expect(await world.ingress.attach(invocationId)).toEqual({
      cancelled: true,
      cancelledCalls: 1,
      outcome: 409,
    });
  });

  it("with explicit cancellation a handler may ignore it", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/unstoppable", key);
    await lineWritten(world, key, "working");
    await world.admin.cancel(invocationId);
    await world.ingress.call("Canceller/finish", invocationId);
    expect(await world.ingress.attach(invocationId)).toBe("finished");
  });

  it("an invocation that has not started is cancelled without running", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send(`CancelLog/${key}/add`, "x", { delay: "1h" });
    await world.admin.cancel(invocationId);
    // The server forgets it, unless it was about to start.
    const { status } = await ingressErrorOf(world.ingress.attach(invocationId));
    expect([404, 409]).toContain(status);
    expect(await linesOf(world, key)).toEqual([]);
  });

  it("one that waits for its key is cancelled without running", async () => {
    const key = uniqueKey();
    const holder = await world.ingress.send(`Blocker/${key}/block`, "sleep");
    await lineWritten(world, key, /^blocked/);
    const { invocationId } = await world.ingress.send(`Blocker/${key}/block`, "sleep");
    await world.admin.cancel(invocationId);
    const { status } = await ingressErrorOf(world.ingress.attach(invocationId));
    expect([404, 409]).toContain(status);
    await world.admin.cancel(holder.invocationId);
    await ingressErrorOf(world.ingress.attach(holder.invocationId));
    expect(await linesOf(world, key)).toHaveLength(1);
  });

  // With V7 the server may not have let it out of its queue yet, and then it is over at once.
  if (world.hasV7) return;
  it("one that nothing keeps from running starts, and is told at its first await", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/survive", key);
    await world.admin.cancel(invocationId);
    await lineWritten(world, key, "waiting 1");
    await world.admin.cancel(invocationId);
    expect(await world.ingress.attach(invocationId)).toEqual(["cancelled", "cancelled"]);
  });
}

function killTests(world: World): void {
  it("killing an invocation kills what it waits for and frees the objects", async () => {
    const key = uniqueKey();
    const { invocationId } = await world.ingress.send("Root/start", { key, obstacle: "call" });
    await lineWritten(world, key, /^blocked/);
    await world.admin.kill(invocationId);
    await ingressErrorOf(world.ingress.attach(invocationId));
    expect(await world.ingress.call(`Blocker/${key}/isFree`)).toBe(true);
    expect((await linesOf(world, key)).some((line) => line.includes("cancelled"))).toBe(false);
  });
}
