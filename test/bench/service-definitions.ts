/** What the measured services do, whichever SDK and entry point they are defined with. */
import type * as benchSdk from "bench-sdk";
import type { Context, ObjectContext } from "bench-sdk";

type Sdk = Pick<typeof benchSdk, "service" | "object" | "RestatePromise">;

interface Callee {
  answer: (ctx: Context, index: number) => Promise<string>;
}

export function benchServices({ service, object, RestatePromise }: Sdk) {
  const bench = service({
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
        RestatePromise.all(
          Array.from({ length: width }, (_, index) => ctx.run("step", () => index)),
        ),
      branches: async (ctx: Context, width: number) =>
        Promise.all(
          Array.from({ length: width }, async (_, index) => {
            const first = await ctx.run("step", () => 1);
            return index + first + (await ctx.run("step", () => 1));
          }),
        ),
    },
  });
  const benchObject = object({
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
  return [bench, benchObject];
}
