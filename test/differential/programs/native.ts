/** Concurrent async functions with the native combinators: both SDKs run them, only ours promises the order. */
import type { Context } from "official-sdk";
import { HOUR, type Program } from "../program.js";

const nativeAll: Program = {
  name: "NativeAll",
  define: (sdk, host) =>
    sdk.service({
      name: "NativeAll",
      handlers: {
        run: async (ctx: Context, width: number) => {
          const branch = async (index: number) => {
            const first = await ctx.run(`first ${index}`, () => {
              host.effect(ctx, `first ${index}`);
              return index;
            });
            await ctx.sleep(HOUR);
            return ctx.run(`second ${index}`, () => first * 10);
          };
          return Promise.all(Array.from({ length: width }, (_, index) => branch(index)));
        },
      },
    }),
  cases: [
    { name: "one branch", input: 1 },
    { name: "three branches", input: 3 },
  ],
};

const nativeRace: Program = {
  name: "NativeRace",
  define: (sdk) =>
    sdk.service({
      name: "NativeRace",
      handlers: {
        run: async (ctx: Context) => {
          const call = (method: string) =>
            ctx.genericCall({ service: "Callee", method, parameter: Buffer.from(method) });
          const winner = await Promise.race([
            call("a"),
            call("b"),
            ctx.sleep(HOUR).then(() => null),
          ]);
          return winner === null ? "slept" : Buffer.from(winner).toString();
        },
      },
    }),
  cases: [{ name: "two calls and a timer", dependsOnOrder: true }],
};

export const native = [nativeAll, nativeRace];
