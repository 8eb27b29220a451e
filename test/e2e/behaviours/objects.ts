/** Objects: one writer at a time per key, readers at any time, first come first served. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";

const account = restate.object({
  name: "Account",
  handlers: {
    /** Reads, waits, writes: only right if nobody else writes meanwhile. */
    deposit: async (ctx: restate.ObjectContext<{ balance: number }>, amount: number) => {
      const before = (await ctx.get("balance")) ?? 0;
      await ctx.sleep(1);
      ctx.set("balance", before + amount);
      return before + amount;
    },

    balance: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ balance: number }>) =>
        (await ctx.get("balance")) ?? 0,
    ),

    hold: async (ctx: restate.ObjectContext<{ balance: number; bell: string }>) => {
      const { id, promise } = ctx.awakeable();
      ctx.set("bell", id);
      await promise;
      ctx.set("balance", 1);
    },

    bell: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ bell: string }>) => ctx.get("bell"),
    ),

    wait: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
      await ctx.signal("go");
      return ctx.key;
    }),
  },
});

const wakeUp = restate.service({
  name: "WakeUp",
  handlers: {
    all: async (ctx: restate.Context, ids: string[]) => {
      for (const id of ids) {
        ctx.invocation(restate.InvocationIdParser.fromString(id)).signal("go").resolve();
      }
    },
  },
});

export const objects: Behaviour = {
  name: "objects",
  services: [account, wakeUp],
  tests: (world) => {
    const held = (key: string): Promise<string> =>
      eventually(async () => {
        const bell = await world.ingress.call<string | null>(`Account/${key}/bell`);
        expect(bell).not.toBeNull();
        return bell!;
      });

    it("concurrent writers of one key don't overwrite each other", async () => {
      const key = uniqueKey();
      await Promise.all(
        Array.from({ length: 20 }, () => world.ingress.call(`Account/${key}/deposit`, 5)),
      );
      expect(await world.ingress.call(`Account/${key}/balance`)).toBe(100);
    });

    it("a reader is served while a writer holds the key, and sees the state before it", async () => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send(`Account/${key}/hold`);
      const bell = await held(key);
      expect(await world.ingress.call(`Account/${key}/balance`)).toBe(0);
      await world.ingress.resolveAwakeable(bell);
      await world.ingress.attach(invocationId);
      expect(await world.ingress.call(`Account/${key}/balance`)).toBe(1);
    });

    it("a writer waits for the one before it", async () => {
      const key = uniqueKey();
      await world.ingress.send(`Account/${key}/hold`);
      const bell = await held(key);
      const second = await world.ingress.send(`Account/${key}/deposit`, 10);
      expect(await world.ingress.output(second.invocationId)).toEqual({ kind: "not ready" });
      await world.ingress.resolveAwakeable(bell);
      expect(await world.ingress.attach(second.invocationId)).toBe(11);
    });

    it("a blocked key doesn't block another", async () => {
      const [blocked, free] = [uniqueKey(), uniqueKey()];
      await world.ingress.send(`Account/${blocked}/hold`);
      const bell = await held(blocked);
      expect(await world.ingress.call(`Account/${free}/deposit`, 3)).toBe(3);
      await world.ingress.resolveAwakeable(bell);
    });

    it("readers of one key run at the same time", async () => {
      const key = uniqueKey();
      const sends = await Promise.all(
        Array.from({ length: 5 }, () => world.ingress.send(`Account/${key}/wait`)),
      );
      const ids = sends.map(({ invocationId }) => invocationId);
      // None is finished before the last one is woken, so they must all have started.
      await world.ingress.call("WakeUp/all", ids);
      const results = await Promise.all(ids.map((id) => world.ingress.attach(id)));
      expect(results).toEqual(ids.map(() => key));
    });
  },
};
