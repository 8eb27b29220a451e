/** What the example does not do, and what the test kit says about it: handlers that await calls of their own key. */
import * as restate from "@restatedev/restate-sdk";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";

const calling = restate.object({
  name: "Calling",
  handlers: {
    step: async (ctx: restate.ObjectContext, left: number): Promise<void> => {
      // Never do this: the call waits for the key, which this handler keeps until the call is answered.
      if (left > 0) await ctx.objectClient(calling, ctx.key).step(left - 1);
    },

    /** The same through another object: who calls in a circle comes to a key that is held. */
    ping: async (ctx: restate.ObjectContext, other: string): Promise<void> => {
      await ctx.objectClient(calling, other).ping(ctx.key);
    },
  },
});

test.each(["suspend", "stream"] as const)(
  "a call of the own key is found to be a deadlock (%s)",
  async (mode) => {
    await using env = await createTestEnvironment({ services: [calling], mode });
    await expect(env.call(calling, "a").step(3)).rejects.toThrow(
      /Deadlock: 2 invocations.*Calling\/a\/step .* waits for the key Calling\/a, which Calling\/a\/step holds/s,
    );
  },
);

test("so is a circle of two keys", async () => {
  await using env = await createTestEnvironment({ services: [calling] });
  await expect(env.call(calling, "a").ping("b")).rejects.toThrow(/Deadlock: 3 invocations/);
});
