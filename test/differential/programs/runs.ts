/** `ctx.run`: results, terminal failures, retries, serdes, and runs that are awaited late. */
import type { Context, Serde } from "official-sdk";
import { attemptNumber, describeError, type Program } from "../program.js";

const sequentialRuns: Program = {
  name: "SequentialRuns",
  define: (sdk, host) =>
    sdk.service({
      name: "SequentialRuns",
      handlers: {
        run: async (ctx: Context, count: number) => {
          const results: unknown[] = [];
          for (let index = 0; index < count; index++) {
            const step = ctx.run(`step ${index}`, () => {
              host.effect(ctx, `step ${index}`);
              return { index };
            });
            results.push(await step);
          }
          results.push(await ctx.run(() => "no name"));
          const nothing: unknown = await ctx.run<unknown>("nothing", () => undefined);
          results.push(nothing === undefined);
          results.push(await ctx.run("async", async () => Promise.resolve("later")));
          return results;
        },
      },
    }),
  cases: [{ name: "three and three special ones", input: 3 }],
};

const terminalRun: Program = {
  name: "TerminalRun",
  define: (sdk, host) =>
    sdk.service({
      name: "TerminalRun",
      handlers: {
        run: async (ctx: Context) => {
          const caught: unknown[] = [];
          for (const errorCode of [undefined, 418]) {
            try {
              await ctx.run("refused", () => {
                host.effect(ctx, `refused ${String(errorCode)}`);
                throw new sdk.TerminalError("no", errorCode === undefined ? {} : { errorCode });
              });
            } catch (error) {
              caught.push(describeError(error));
            }
          }
          caught.push(await ctx.run("after", () => "still here"));
          return caught;
        },
      },
    }),
  cases: [{ name: "caught" }],
};

const terminalRunMetadata: Program = {
  name: "TerminalRunMetadata",
  define: (sdk) =>
    sdk.service({
      name: "TerminalRunMetadata",
      handlers: {
        run: async (ctx: Context) => {
          try {
            return await ctx.run("refused", () => {
              throw new sdk.TerminalError("no", { metadata: { reason: "limit", extra: "ü" } });
            });
          } catch (error) {
            return describeError(error);
          }
        },
      },
    }),
  cases: [{ name: "caught, needs version 6" }],
};

const flakyRun: Program = {
  name: "FlakyRun",
  define: (sdk, host) =>
    sdk.service({
      name: "FlakyRun",
      handlers: {
        run: async (ctx: Context, failures: number) => {
          await ctx.run("before", () => host.effect(ctx, "before"));
          const result = await ctx.run("flaky", () => {
            host.effect(ctx, "flaky");
            if (attemptNumber(ctx) <= failures) throw new Error(`attempt ${attemptNumber(ctx)}`);
            return attemptNumber(ctx);
          });
          return { result };
        },
      },
    }),
  cases: [
    { name: "two failures", input: 2, dependsOnAttempt: true },
    { name: "never succeeds", input: 1_000, dependsOnAttempt: true },
  ],
};

const retryPolicies: Program = {
  name: "RetryPolicies",
  define: (sdk, host) =>
    sdk.service({
      name: "RetryPolicies",
      handlers: {
        run: async (ctx: Context, options: Record<string, number>) => {
          try {
            return await ctx.run(
              "always failing",
              () => {
                host.effect(ctx, "try");
                throw new Error("still failing");
              },
              options,
            );
          } catch (error) {
            return describeError(error);
          }
        },
      },
    }),
  cases: [
    { name: "one attempt", input: { maxRetryAttempts: 1 } },
    { name: "three attempts", input: { maxRetryAttempts: 3, initialRetryInterval: 50 } },
    {
      name: "growing delays",
      input: {
        maxRetryAttempts: 6,
        initialRetryInterval: 100,
        retryIntervalFactor: 3,
        maxRetryInterval: 1_000,
      },
    },
    { name: "bounded duration", input: { maxRetryDuration: 250, initialRetryInterval: 100 } },
    { name: "only an interval", input: { initialRetryInterval: 700 } },
  ],
};

const steeredRetries: Program = {
  name: "SteeredRetries",
  define: (sdk) =>
    sdk.service({
      name: "SteeredRetries",
      handlers: {
        run: async (ctx: Context, how: "retryable" | "from" | "pause") =>
          ctx.run("steered", () => {
            if (attemptNumber(ctx) > 2) return "done";
            if (how === "pause") throw new sdk.PauseError("wait for me");
            if (how === "from") {
              throw sdk.RetryableError.from(new Error("cause"), { retryAfter: { seconds: 3 } });
            }
            throw new sdk.RetryableError("again", { retryAfter: 1_234, errorCode: 503 });
          }),
      },
    }),
  cases: [
    { name: "retry after", input: "retryable", dependsOnAttempt: true },
    { name: "retry after, from a cause", input: "from", dependsOnAttempt: true },
    { name: "pause", input: "pause", dependsOnAttempt: true },
  ],
};

const runSerde: Program = {
  name: "RunSerde",
  define: (sdk) =>
    sdk.service({
      name: "RunSerde",
      handlers: {
        run: async (ctx: Context) => {
          const hex = {
            contentType: "text/plain",
            serialize: (value: number) => Buffer.from(value.toString(16)),
            deserialize: (bytes: Uint8Array) => Number.parseInt(Buffer.from(bytes).toString(), 16),
          };
          return [
            await ctx.run("hex", () => 48_879, { serde: hex }),
            await ctx.run<unknown>("json", () => ({ nested: [1, { two: 2 }] }), {
              serde: sdk.serde.json as Serde<unknown>,
            }),
          ];
        },
      },
    }),
  cases: [{ name: "hex and JSON" }],
};

const lateRuns: Program = {
  name: "LateRuns",
  define: (sdk, host) =>
    sdk.service({
      name: "LateRuns",
      handlers: {
        run: async (ctx: Context) => {
          const slow = ctx.run("first", () => host.effect(ctx, "first"));
          const call = ctx.genericCall({
            service: "Other",
            method: "m",
            parameter: Buffer.from("1"),
          });
          const second = ctx.run("second", () => {
            host.effect(ctx, "second");
            return 2;
          });
          const results: unknown[] = [await second, Buffer.from(await call).toString()];
          await slow;
          results.push(await second);
          return results;
        },
      },
    }),
  cases: [{ name: "awaited in another order than created" }],
};

export const runs = [
  sequentialRuns,
  terminalRun,
  terminalRunMetadata,
  flakyRun,
  retryPolicies,
  steeredRetries,
  runSerde,
  lateRuns,
];
