/** Hooks around handlers and steps, and the logger of a context. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";

const attempts = new Tally();
const events = new Map<string, string[]>();

function note(key: string, event: string): void {
  events.set(key, [...(events.get(key) ?? []), event]);
}

function keyOf(request: restate.Request): string {
  return request.target.key ?? "";
}

const noting =
  (name: string): restate.HooksProvider =>
  ({ request }) => ({
    interceptor: {
      handler: async (next) => {
        note(keyOf(request), `${name} in`);
        try {
          await next();
        } finally {
          note(keyOf(request), `${name} out`);
        }
      },
      run: async (step, next) => {
        note(keyOf(request), `${name} before ${step}`);
        await next();
        note(keyOf(request), `${name} after ${step}`);
      },
    },
  });

const replacingErrors: restate.HooksProvider = () => ({
  interceptor: {
    handler: async (next) => {
      try {
        await next();
      } catch {
        throw new restate.TerminalError("replaced by a hook", { errorCode: 418 });
      }
    },
  },
});

const hooked = restate.object({
  name: "Hooked",
  handlers: {
    work: restate.handlers.object.exclusive(
      { hooks: [noting("inner")] },
      async (ctx: restate.ObjectContext) => {
        await ctx.run("step", () => note(ctx.key, "step"));
        if (attempts.hit(ctx.key) === 1) throw new Error("again");
        ctx.console.log("all is well");
        return "done";
      },
    ),
    broken: restate.handlers.object.exclusive(
      { hooks: [replacingErrors] },
      async (): Promise<void> => {
        throw new Error("original");
      },
    ),
  },
  options: { hooks: [noting("outer")] },
});

export const hooks: Behaviour = {
  name: "hooks",
  services: [hooked],
  tests: (world) => {
    it("hooks wrap every attempt, and a step only while it executes", async () => {
      const key = uniqueKey();
      expect(await world.ingress.call(`Hooked/${key}/work`)).toBe("done");
      const seen = events.get(key)!;
      expect(seen.slice(0, 7)).toEqual([
        "outer in",
        "inner in",
        "outer before step",
        "inner before step",
        "step",
        "inner after step",
        "outer after step",
      ]);
      expect(seen.filter((event) => event === "step")).toHaveLength(1);
      const entered = seen.filter((event) => event === "outer in").length;
      expect(entered).toBeGreaterThanOrEqual(2);
      expect(seen.filter((event) => event === "inner in")).toHaveLength(entered);
    });

    it("a hook may turn an error into a terminal one", async () => {
      const error = await ingressErrorOf(world.ingress.call(`Hooked/${uniqueKey()}/broken`));
      expect(error).toMatchObject({ status: 418, message: "replaced by a hook" });
    });
  },
};
