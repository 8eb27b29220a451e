/** Invocations in the hands of an operator: pause, resume, restart, purge, and new versions of the code. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";

const executions = new Tally();

const patient = restate.service({
  name: "Patient",
  handlers: {
    wait: async (ctx: restate.Context, key: string) => {
      const execution = await ctx.run("count", () => executions.hit(key));
      executions.hit(`${key} recorded`);
      const value = await ctx.signal<string>("go");
      return `${value} ${execution}`;
    },
    once: async (ctx: restate.Context, key: string) =>
      ctx.run("count", () => `execution ${executions.hit(key)}`),
    wake: async (ctx: restate.Context, id: string) => {
      const invocation = ctx.invocation(restate.InvocationIdParser.fromString(id));
      invocation.signal<string>("go").resolve("awake");
    },
  },
});

export const lifecycle: Behaviour = {
  name: "lifecycle",
  services: [patient],
  tests: (world) => {
    it("a paused invocation goes on from where it was when it is resumed", async () => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send("Patient/wait", key);
      await eventually(() => expect(executions.count(`${key} recorded`)).toBeGreaterThan(0));
      await world.admin.pause(invocationId);
      await eventually(async () => {
        expect((await world.admin.invocation(invocationId)).status).toBe("paused");
      });
      await world.admin.resume(invocationId);
      await world.ingress.call("Patient/wake", invocationId);
      expect(await world.ingress.attach(invocationId)).toBe("awake 1");
    });

    it("a finished invocation can be started again as a new one", async () => {
      const { invocationId } = await world.ingress.send("Patient/once", uniqueKey());
      expect(await world.ingress.attach(invocationId)).toBe("execution 1");
      const newId = await world.admin.restartAsNew(invocationId);
      expect(await world.ingress.attach(newId)).toBe("execution 2");
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
