/** Invocations in the hands of an operator: pause, resume, restart, purge, and new versions of the code. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";

const executions = new Tally();
const healed = new Set<string>();

const patient = restate.service({
  name: "Patient",
  handlers: {
    recover: async (ctx: restate.Context, key: string) => {
      const execution = await ctx.run("count", () => executions.hit(key));
      if (!healed.has(key)) throw new Error("still ill");
      return `healthy after execution ${execution}`;
    },
    twice: async (ctx: restate.Context, key: string) => {
      const first = await ctx.run("first", () => `execution ${executions.hit(key)}`);
      const second = await ctx.run("second", () => `execution ${executions.hit(key)}`);
      return [first, second];
    },
    once: async (ctx: restate.Context, key: string) =>
      ctx.run("count", () => `execution ${executions.hit(key)}`),
  },
});

export const lifecycle: Behaviour = {
  name: "lifecycle",
  services: [patient],
  tests: (world) => {
    it("a paused invocation goes on from where it was when it is resumed", async () => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send("Patient/recover", key);
      await eventually(async () => {
        expect((await world.admin.invocation(invocationId)).retry_count).toBeGreaterThan(1);
      });
      await eventually(async () => {
        await world.admin.pause(invocationId);
        expect((await world.admin.invocation(invocationId)).status).toBe("paused");
      });
      healed.add(key);
      await world.admin.resume(invocationId);
      expect(await world.ingress.attach(invocationId)).toBe("healthy after execution 1");
    });

    it("a finished invocation can be started again as a new one", async () => {
      const { invocationId } = await world.ingress.send("Patient/once", uniqueKey());
      expect(await world.ingress.attach(invocationId)).toBe("execution 1");
      const newId = await world.admin.restartAsNew(invocationId);
      expect(await world.ingress.attach(newId)).toBe("execution 2");
    });

    it("a finished invocation can be started again behind an entry of its journal", async () => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send("Patient/twice", key);
      expect(await world.ingress.attach(invocationId)).toEqual(["execution 1", "execution 2"]);
      const newId = await world.admin.restartAsNew(invocationId, { from: 2 });
      expect(await world.ingress.attach(newId)).toEqual(["execution 1", "execution 3"]);
      await expect(world.admin.restartAsNew(invocationId, { from: 99 })).rejects.toThrow(/400/);
    });

    it("a purged idempotent invocation is forgotten", async () => {
      const key = uniqueKey();
      const call = (): Promise<unknown> =>
        world.ingress.call("Patient/once", key, { idempotencyKey: key });
      expect(await call()).toBe("execution 1");
      expect(await call()).toBe("execution 1");
      const target = { service: "Patient", handler: "once", idempotencyKey: key };
      const [row] = await world.admin.query<{ id: string }>(
        `SELECT id FROM sys_invocation WHERE idempotency_key = '${key}'`,
      );
      await world.admin.purge(row!.id);
      await eventually(async () => {
        expect(await world.ingress.output(target)).toEqual({ kind: "not found" });
      });
      expect(await call()).toBe("execution 2");
    });
  },
};
