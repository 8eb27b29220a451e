/** A Lambda function as a user writes it; the tests bundle it. */
import { randomBytes } from "node:crypto";
import * as restate from "@restatedev/restate-sdk/lambda";

const counter = restate.object({
  name: "LambdaCounter",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ count: number }>, amount: number) => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },
  },
});

const parcels = restate.service({
  name: "LambdaParcels",
  handlers: {
    journey: async (ctx: restate.Context, key: string) => {
      const before = await ctx.run("before", () => "packed");
      await ctx.sleep(50);
      const count = await ctx.objectClient(counter, key).add(2);
      const after = await ctx.run("after", async () => "delivered");
      return [before, count, after];
    },

    echo: async (_ctx: restate.Context, text: string) => text,

    /** Bytes that nobody can compress. */
    noise: async (_ctx: restate.Context, length: number) => randomBytes(length).toString("base64"),

    context: async (ctx: restate.Context) =>
      (ctx.request().extraArgs[0] as { functionVersion: string }).functionVersion,
  },
});

export const handler = restate.createEndpointHandler({
  services: [parcels, counter],
  logger: (_metadata, ...line) => {
    console.error(...line);
  },
});
