/** Many at once and long ones. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";

const ant = restate.service({
  name: "Ant",
  handlers: {
    carry: async (ctx: restate.Context, grain: number) => {
      const found = await ctx.run("find", () => grain);
      await ctx.sleep(1);
      return found * 2;
    },
    walk: async (ctx: restate.Context, steps: number) => {
      let position = 0;
      for (let i = 0; i < steps; i++) position += await ctx.run(`step ${i}`, () => 1);
      await ctx.sleep(1);
      return position;
    },
  },
});

const hill = restate.object({
  name: "AntHill",
  handlers: {
    collect: async (ctx: restate.ObjectContext, ants: number) => {
      const loads = Array.from({ length: ants }, (_, i) => ctx.serviceClient(ant).carry(i));
      const grains = (await restate.RestatePromise.all(loads)).reduce((sum, load) => sum + load, 0);
      ctx.set("grains", grains);
      return grains;
    },
  },
});

export const scale: Behaviour = {
  name: "scale",
  services: [ant, hill],
  tests: (world) => {
    it("two hundred invocations at once", async () => {
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, i) => world.ingress.call<number>("Ant/carry", i)),
      );
      expect(results).toEqual(Array.from({ length: 200 }, (_, i) => i * 2));
    });

    it("a handler that waits for a hundred calls", async () => {
      expect(await world.ingress.call(`AntHill/${uniqueKey()}/collect`, 100)).toBe(9900);
    });

    it("a journal of three hundred steps", async () => {
      expect(await world.ingress.call("Ant/walk", 300)).toBe(300);
    });
  },
};
