/** What makes replay the same story again: seeded randomness, recorded time, and an alarm when code diverges. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const attempts = new Tally();
const drawnByKey = new Map<string, unknown[]>();
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const target = restate.object({
  name: "DivergenceTarget",
  handlers: {
    one: async (ctx: restate.ObjectContext) => {
      ctx.set("touched", "one");
    },
    two: async (ctx: restate.ObjectContext) => {
      ctx.set("touched", "two");
    },
    touched: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
      ctx.get("touched"),
    ),
  },
});

type Divergence = "kind" | "handler" | "key" | "state name" | "step name" | "payload";

/** Does one thing in the first attempt and another in all that follow. */
async function diverge(ctx: restate.ObjectContext, kind: Divergence): Promise<void> {
  const first = attempts.hit(ctx.key) === 1;
  const client = ctx.objectSendClient(target, ctx.key);
  switch (kind) {
    case "kind":
      if (first) await ctx.sleep(10);
      else await ctx.objectClient(target, ctx.key).one();
      break;
    case "handler":
      if (first) client.one();
      else client.two();
      break;
    case "key":
      ctx.objectSendClient(target, first ? `${ctx.key}-a` : `${ctx.key}-b`).one();
      break;
    case "state name":
      ctx.set(first ? "a" : "b", 1);
      break;
    case "step name":
      await ctx.run(first ? "a" : "b", () => 1);
      break;
    case "payload":
      ctx.set("a", first ? 1 : 2);
  }
  await ctx.sleep(10);
  if (first) throw new Error("the next attempt takes another path");
  await ctx.objectClient(target, ctx.key).one();
}

const wavering = restate.object({
  name: "Wavering",
  handlers: {
    retries: diverge,
    gives: restate.handlers.object.exclusive(
      { retryPolicy: { maxAttempts: 3, onMaxAttempts: "kill", initialInterval: 5 } },
      diverge,
    ),
  },
});

const mismatchPolicies = restate.object({
  name: "MismatchPolicies",
  handlers: {
    pause: restate.handlers.object.exclusive({ onJournalMismatchErrors: "pause" }, diverge),
    fail: restate.handlers.object.exclusive({ onJournalMismatchErrors: "fail" }, diverge),
  },
});

const dice = restate.service({
  name: "Dice",
  handlers: {
    draw: async (ctx: restate.Context, key: string) => {
      const draw = (): unknown[] => [ctx.rand.random(), ctx.rand.uuidv4(), ctx.rand.random()];
      const drawn = draw();
      await ctx.sleep(1);
      drawn.push(...draw());
      drawnByKey.set(key, [...(drawnByKey.get(key) ?? []), drawn]);
      if (attempts.hit(key) < 3) throw new Error("again");
      return drawn;
    },

    now: async (ctx: restate.Context, key: string) => {
      const seen = { now: await ctx.date.now(), json: await ctx.date.toJSON() };
      drawnByKey.set(key, [...(drawnByKey.get(key) ?? []), seen]);
      if (attempts.hit(key) < 3) throw new Error("again");
      return seen;
    },
  },
});

export const determinism: Behaviour = {
  name: "determinism",
  services: [target, wavering, mismatchPolicies, dice],
  tests: (world) => {
    stabilityTests(world);
    divergenceTests(world);
    if (world.hasV7) policyTests(world);
  },
};

function stabilityTests(world: World): void {
  it("random numbers and ids are the same in every attempt", async () => {
    const key = uniqueKey();
    const drawn = await world.ingress.call<unknown[]>("Dice/draw", key);
    expect(drawnByKey.get(key)!.length).toBeGreaterThanOrEqual(3);
    for (const attempt of drawnByKey.get(key)!) expect(attempt).toEqual(drawn);
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn.filter((value) => UUID_V4.test(String(value)))).toHaveLength(2);
    for (const value of drawn.filter((each) => typeof each === "number")) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });

  it("two invocations draw different numbers", async () => {
    const draw = (): Promise<unknown> => world.ingress.call("Dice/draw", uniqueKey());
    expect(await draw()).not.toEqual(await draw());
  });

  it("the time is the same in every attempt", async () => {
    const key = uniqueKey();
    const before = Date.now();
    const seen = await world.ingress.call<{ now: number; json: string }>("Dice/now", key);
    expect(seen.now).toBeGreaterThanOrEqual(before);
    expect(Date.parse(seen.json)).toBeGreaterThanOrEqual(seen.now);
    for (const attempt of drawnByKey.get(key)!) expect(attempt).toEqual(seen);
  });
}

const divergences: Divergence[] = ["kind", "handler", "key", "state name", "step name", "payload"];

function divergenceTests(world: World): void {
  it.for(divergences)("an attempt that differs in the %s is stopped", async (kind) => {
    const key = uniqueKey();
    const error = await ingressErrorOf(world.ingress.call(`Wavering/${key}/gives`, kind));
    expect(error.message).toMatch(/mismatch/i);
    expect(await world.ingress.call(`DivergenceTarget/${key}/touched`)).not.toBe("two");
  });

  it("a divergence is shown with code 570 and the command it happened at", async () => {
    const { invocationId } = await world.ingress.send(`Wavering/${uniqueKey()}/retries`, "kind");
    await eventually(async () => {
      const row = await world.admin.invocation(invocationId);
      expect(row.last_failure).toMatch(/mismatch/i);
      expect(row.last_failure).toContain("570");
      expect(row.last_failure_related_command_index).toBe(1);
    });
    await world.admin.kill(invocationId);
  });
}

function policyTests(world: World): void {
  it("a divergence pauses the invocation where the handler asks for that", async () => {
    const { invocationId } = await world.ingress.send(
      `MismatchPolicies/${uniqueKey()}/pause`,
      "kind",
    );
    await eventually(async () => {
      expect((await world.admin.invocation(invocationId)).status).toBe("paused");
    });
    await world.admin.kill(invocationId);
  });

  it("a divergence fails the invocation where the handler asks for that", async () => {
    const error = await ingressErrorOf(
      world.ingress.call(`MismatchPolicies/${uniqueKey()}/fail`, "kind"),
    );
    expect(error.status).toBe(570);
  });
}
