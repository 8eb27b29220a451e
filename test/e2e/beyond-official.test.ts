/** What our SDK adds to the official one, where replay and suspension can spoil it. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../support/real-server/index.js";
import { runBehaviours, type Behaviour } from "./support/behaviour.js";
import { modes } from "./support/modes.js";
import { Tally } from "./support/tally.js";
import { ingressErrorOf, uniqueKey } from "./support/test-helpers.js";

const { RestatePromise, TerminalError } = restate;
const events = new Tally();

const remote = restate.service({
  name: "Remote",
  handlers: {
    later: async (ctx: restate.Context, { ms, value }: { ms: number; value: string }) => {
      await ctx.sleep(ms);
      return value;
    },
    fail: async (): Promise<string> => {
      throw new TerminalError("out of order");
    },
  },
});

const additions = restate.service({
  name: "Additions",
  handlers: {
    select: async (ctx: restate.Context) => {
      const first = await RestatePromise.select({
        answer: ctx.serviceClient(remote).later({ ms: 5, value: "42" }),
        deadline: ctx.sleep({ days: 1 }),
      });
      return first.tag === "answer" ? `answered ${first.value}` : "too late";
    },

    asCompleted: async (ctx: restate.Context) => {
      const client = ctx.serviceClient(remote);
      const slow = ctx.awakeable<string>();
      const done: string[] = [];
      for await (const { tag, ...outcome } of RestatePromise.asCompleted({
        slow: slow.promise,
        quick: client.later({ ms: 1, value: "quick" }),
        broken: client.fail(),
      })) {
        done.push(`${tag} ${outcome.status}`);
        if (done.length === 2) ctx.resolveAwakeable(slow.id, "slow");
      }
      return done;
    },

    /** Catches and finally-blocks see what happened in the program, not that an attempt was suspended. */
    catchesEverything: async (ctx: restate.Context, key: string) => {
      try {
        await ctx.sleep(20);
        await ctx.run(() => 1);
        await ctx.serviceClient(remote).later({ ms: 1, value: "x" });
      } catch {
        events.hit(`${key} caught`);
      } finally {
        events.hit(`${key} finally`);
      }
      return "unharmed";
    },

    abortable: async (ctx: restate.Context, key: string) => {
      await ctx.run("download", ({ signal }) => {
        events.hit(`${key} started`);
        return new Promise<void>((_, reject) => {
          signal.addEventListener("abort", () => {
            events.hit(`${key} aborted`);
            reject(signal.reason);
          });
        });
      });
    },

    contextInStep: async (ctx: restate.Context) => {
      await ctx.run("misuse", () => ctx.sleep(1));
    },
  },
});

const behaviour: Behaviour = {
  name: "beyond the official SDK",
  services: [remote, additions],
  tests: (world) => {
    it("select tells which promise was first", async () => {
      expect(await world.ingress.call("Additions/select")).toBe("answered 42");
    });

    it("asCompleted gives promises in the order they settle", async () => {
      const done = await world.ingress.call<string[]>("Additions/asCompleted");
      expect(done.slice(0, 2).sort()).toEqual(["broken rejected", "quick fulfilled"]);
      expect(done[2]).toBe("slow fulfilled");
    });

    it("no catch and no finally ever sees a suspension", async () => {
      const key = uniqueKey();
      expect(await world.ingress.call("Additions/catchesEverything", key)).toBe("unharmed");
      expect(events.count(`${key} caught`)).toBe(0);
      expect(events.count(`${key} finally`)).toBe(1);
    });

    if (world.mode === modes.default) {
      it("a step in flight is aborted when its invocation is cancelled", async () => {
        const key = uniqueKey();
        const { invocationId } = await world.ingress.send("Additions/abortable", key);
        await eventually(() => expect(events.count(`${key} started`)).toBe(1));
        await world.admin.cancel(invocationId);
        expect(await ingressErrorOf(world.ingress.attach(invocationId))).toMatchObject({
          status: 409,
        });
        expect(events.count(`${key} aborted`)).toBe(1);
      });
    }

    it("using the context inside of a step is reported", async () => {
      const { invocationId } = await world.ingress.send("Additions/contextInStep");
      await eventually(async () => {
        const { last_failure, completion_failure } = await world.admin.invocation(invocationId);
        expect(last_failure ?? completion_failure).toContain("ctx.sleep");
      });
      await world.admin.kill(invocationId).catch(() => undefined);
    });
  },
};

for (const mode of [modes.default, modes.alwaysSuspend, modes.v7AlwaysSuspend]) {
  runBehaviours([behaviour], mode);
}
