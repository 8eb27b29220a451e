/** The measured service, on whichever SDK `bench-sdk` stands for when this file is bundled. */
import * as sdk from "bench-sdk";
import type { Context, ObjectContext } from "bench-sdk";
import { reportUsage } from "./service-control.js";

interface Callee {
  answer: (ctx: Context, index: number) => Promise<string>;
}

const bench = sdk.service({
  name: "Bench",
  handlers: {
    echo: async (_ctx: Context, text: string) => Promise.resolve(text),
    runs: async (ctx: Context, count: number) => {
      const results: number[] = [];
      for (let index = 0; index < count; index++) {
        results.push(await ctx.run("step", () => index));
      }
      return results;
    },
    calls: async (ctx: Context, count: number) => {
      const results: string[] = [];
      for (let index = 0; index < count; index++) {
        results.push(await ctx.serviceClient<Callee>({ name: "Callee" }).answer(index));
      }
      return results;
    },
    fanOut: async (ctx: Context, width: number) =>
      sdk.RestatePromise.all(
        Array.from({ length: width }, (_, index) => ctx.run("step", () => index)),
      ),
  },
});

const benchObject = sdk.object({
  name: "BenchObject",
  handlers: {
    getRunSet: async (ctx: ObjectContext, count: number) => {
      for (let round = 0; round < count; round++) {
        const before = (await ctx.get<number>("count")) ?? 0;
        await ctx.run("step", () => round);
        ctx.set("count", before + 1);
      }
      return ctx.get<number>("count");
    },
  },
});

const port = await sdk.serve({
  services: [bench, benchObject],
  port: 0,
  logger: () => undefined,
});
reportUsage(port);
