/** Awakeables, named signals, durable promises of workflows. */
import type { Context, WorkflowContext, WorkflowSharedContext } from "official-sdk";
import { describeError, HOUR, type Program } from "../program.js";

const awakeables: Program = {
  name: "Awakeables",
  define: (sdk) =>
    sdk.service({
      name: "Awakeables",
      handlers: {
        run: async (ctx: Context) => {
          const first = ctx.awakeable<{ n: number }>();
          const second = ctx.awakeable<string>();
          const third = ctx.awakeable(sdk.serde.binary);
          const seen: unknown[] = [first.id, second.id, third.id, await first.promise];
          try {
            await second.promise;
          } catch (error) {
            seen.push(describeError(error));
          }
          seen.push([...(await third.promise)]);
          return seen;
        },
      },
    }),
  cases: [
    {
      name: "resolved, rejected, binary",
      script: {
        signals: [
          {
            signal: { idx: 18 },
            outcome: { failure: { code: 500, message: "rejected" } },
            afterCommands: 1,
          },
          { signal: { idx: 19 }, outcome: { bytes: Uint8Array.of(1, 2) }, afterCommands: 1 },
          { signal: { idx: 17 }, outcome: { value: { n: 1 } }, afterCommands: 1 },
        ],
      },
    },
  ],
};

const ownAwakeable: Program = {
  name: "OwnAwakeable",
  define: (sdk) =>
    sdk.service({
      name: "OwnAwakeable",
      handlers: {
        run: async (ctx: Context) => {
          const own = ctx.awakeable<string>();
          const refused = ctx.awakeable<string>();
          ctx.resolveAwakeable(own.id, "to myself");
          ctx.rejectAwakeable(refused.id, "not to myself");
          ctx.resolveAwakeable("sign_1somebodyelse", { other: true });
          ctx.resolveAwakeable("sign_1nothing");
          ctx.rejectAwakeable("prom_1old", new sdk.TerminalError("gone", { errorCode: 410 }));
          const seen: unknown[] = [await own.promise];
          try {
            await refused.promise;
          } catch (error) {
            seen.push(describeError(error));
          }
          return seen;
        },
      },
    }),
  cases: [{ name: "resolved by the invocation itself" }],
};

const namedSignals: Program = {
  name: "NamedSignals",
  define: (sdk) =>
    sdk.service({
      name: "NamedSignals",
      handlers: {
        run: async (ctx: Context) => {
          const go = ctx.signal<number>("go");
          const stop = ctx.signal<string>("stop", sdk.serde.json);
          const winner = await sdk.RestatePromise.race([go, ctx.sleep(HOUR)]);
          await ctx.run("between", () => 0);
          try {
            return { winner, stop: await stop };
          } catch (error) {
            return { winner, stop: describeError(error) };
          }
        },
      },
    }),
  cases: [
    {
      name: "one value, one failure",
      dependsOnOrder: true,
      script: {
        signals: [
          { signal: { name: "go" }, outcome: { value: 42 }, afterCommands: 1 },
          {
            signal: { name: "stop" },
            outcome: { failure: { code: 499, message: "no" } },
            afterCommands: 2,
          },
        ],
      },
    },
  ],
};

const durablePromises: Program = {
  name: "DurablePromises",
  define: (sdk) =>
    sdk.workflow({
      name: "DurablePromises",
      handlers: {
        run: async (ctx: WorkflowContext) => {
          const seen: unknown[] = [ctx.key];
          seen.push((await ctx.promise<string>("open").peek()) ?? "not yet");
          seen.push(await ctx.promise<string>("done").peek());
          await ctx.promise<string>("open").resolve("opened");
          seen.push(await ctx.promise<string>("open"));
          try {
            await ctx.promise<string>("open").resolve("twice");
          } catch (error) {
            seen.push(describeError(error));
          }
          await ctx.promise("bad").reject("broken");
          try {
            await ctx.promise("bad");
          } catch (error) {
            seen.push(describeError(error));
          }
          seen.push(await ctx.promise<string>("done").get().orTimeout(HOUR));
          return seen;
        },
        query: async (ctx: WorkflowSharedContext) => ctx.promise("open").peek(),
      },
    }),
  cases: [
    {
      name: "peeked, resolved, rejected, awaited",
      key: "wf",
      dependsOnOrder: true,
      script: { promises: { done: { value: "before" } } },
    },
  ],
};

export const signals = [awakeables, ownAwakeable, namedSignals, durablePromises];
