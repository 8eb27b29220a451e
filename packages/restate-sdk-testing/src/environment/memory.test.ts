/** What an environment has kept is given back when it ends. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as restate from "@restatedev/restate-sdk";
import { expect, test } from "vitest";
import { createTestEnvironment } from "../index.js";

const sleeper = restate.service({
  name: "Sleeper",
  handlers: {
    sleep: async (ctx: restate.Context) => {
      await ctx.run("step", () => "done");
      await ctx.sleep({ days: 1 });
    },
  },
});

async function useOne(): Promise<WeakRef<object>[]> {
  await using env = await createTestEnvironment({ services: [sleeper] });
  await env.call(sleeper).sleep();
  const waiting = env.send(sleeper).sleep();
  await env.atRest();
  expect(waiting.status).toBe("suspended");
  const { world } = env.runtime;
  return [env, world, ...world.invocations.values()].map((each) => new WeakRef<object>(each));
}

test("nothing of an environment outlives it", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const refs = await useOne();
  expect(refs).toHaveLength(4);
  for (let turns = 0; turns < 10; turns++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([]);
});
