/** Timers and the combinators of RestatePromise. */
import type { Context, InvocationPromise, RestatePromise } from "official-sdk";
import type { ScriptedCommand } from "../../support/scripted-server/script.js";
import { describeError, HOUR, settle, type Program } from "../program.js";

const sleeps: Program = {
  name: "Sleeps",
  define: (sdk) =>
    sdk.service({
      name: "Sleeps",
      handlers: {
        run: async (ctx: Context) => {
          await ctx.sleep(HOUR);
          await ctx.sleep(1_500, "short nap");
          await ctx.sleep({ days: 1, seconds: 2 });
          return "awake";
        },
      },
    }),
  cases: [{ name: "durations, milliseconds, names" }],
};

const allCalls: Program = {
  name: "AllCalls",
  define: (sdk) =>
    sdk.service({
      name: "AllCalls",
      handlers: {
        run: async (ctx: Context, width: number) => {
          const calls = Array.from({ length: width }, (_, index) => call(ctx, index));
          try {
            return await sdk.RestatePromise.all(calls);
          } catch (error) {
            return describeError(error);
          }
        },
      },
    }),
  cases: [
    { name: "five", input: 5 },
    { name: "none", input: 0 },
    {
      name: "two of five fail",
      input: 5,
      dependsOnOrder: true,
      script: { respond: failCalls([1, 3]) },
    },
  ],
};

const allRuns: Program = {
  name: "AllRuns",
  unorderedRuns: true,
  define: (sdk, host) =>
    sdk.service({
      name: "AllRuns",
      handlers: {
        run: async (ctx: Context, width: number) =>
          sdk.RestatePromise.all(
            Array.from({ length: width }, (_, index) =>
              ctx.run(`part ${index}`, async () => {
                host.effect(ctx, `part ${index}`);
                return index * index;
              }),
            ),
          ),
      },
    }),
  cases: [{ name: "twelve", input: 12 }],
};

const raceLosers: Program = {
  name: "RaceLosers",
  define: (sdk) =>
    sdk.service({
      name: "RaceLosers",
      handlers: {
        run: async (ctx: Context) => {
          const names = ["x", "y", "z"];
          const contenders = names.map((name, index) => call(ctx, index).map(() => name));
          const winner = await sdk.RestatePromise.race(contenders);
          ctx.genericSend({ service: "Log", method: winner, parameter: Buffer.from("1") });
          const rest: unknown[] = [];
          for (const contender of contenders) rest.push(await contender);
          return { winner, rest };
        },
      },
    }),
  cases: [{ name: "losers are awaited later", dependsOnOrder: true }],
};

const anyAndSettled: Program = {
  name: "AnyAndSettled",
  define: (sdk) =>
    sdk.service({
      name: "AnyAndSettled",
      handlers: {
        run: async (ctx: Context) => {
          const calls = [0, 1, 2, 3].map((index) => call(ctx, index));
          const first = await settle(sdk.RestatePromise.any(calls));
          const settled = await sdk.RestatePromise.allSettled(calls);
          return [
            first,
            settled.map((item) =>
              item.status === "fulfilled" ? item.value : describeError(item.reason),
            ),
          ];
        },
      },
    }),
  cases: [
    { name: "two fail", dependsOnOrder: true, script: { respond: failCalls([0, 2]) } },
    { name: "all fail", script: { respond: failCalls([0, 1, 2, 3]) } },
  ],
};

const nested: Program = {
  name: "Nested",
  define: (sdk, host) =>
    sdk.service({
      name: "Nested",
      handlers: {
        run: async (ctx: Context) => {
          const { all, any, race, allSettled } = sdk.RestatePromise;
          const run = ctx.run("inside", () => {
            host.effect(ctx, "inside");
            return "run";
          });
          const tree = all([
            race([call(ctx, 0), ctx.sleep(HOUR).map(() => "slept")]),
            any([call(ctx, 1), call(ctx, 2)]),
            allSettled([run, call(ctx, 3)]).map((items) => items?.length),
          ]);
          return settle(tree.orTimeout({ days: 1 }));
        },
      },
    }),
  cases: [
    { name: "a tree of combinators", dependsOnOrder: true },
    { name: "with failures", dependsOnOrder: true, script: { respond: failCalls([1, 3]) } },
  ],
};

const timeouts: Program = {
  name: "Timeouts",
  define: (sdk) =>
    sdk.service({
      name: "Timeouts",
      handlers: {
        run: async (ctx: Context) => {
          const slow = call(ctx, 0);
          const first = await settle(slow.orTimeout(HOUR));
          const second = await settle(call(ctx, 1).orTimeout(5_000));
          return { first, second };
        },
      },
    }),
  cases: [
    { name: "the timer wins", script: { respond: neverAnswer([0]) } },
    { name: "either wins", dependsOnOrder: true },
    { name: "the call fails", script: { respond: failCalls([0, 1]) }, dependsOnOrder: true },
  ],
};

const mapping: Program = {
  name: "Mapping",
  define: (sdk) =>
    sdk.service({
      name: "Mapping",
      handlers: {
        run: async (ctx: Context) => {
          const seen: unknown[] = [];
          const ok = call(ctx, 0).map((value, failure) => ({
            value,
            failed: failure !== undefined,
          }));
          const recovered = call(ctx, 1).map((_value, failure) => `was ${failure?.message}`);
          const refused = ctx.sleep(HOUR).map(() => {
            throw new sdk.TerminalError("refused by the mapper", { errorCode: 422 });
          });
          const chained = call(ctx, 2)
            .map((value) => [value])
            .map((list) => ({ list }));
          for (const promise of [ok, recovered, refused, chained]) seen.push(await settle(promise));
          return seen;
        },
      },
    }),
  cases: [{ name: "values, failures, thrown errors", script: { respond: failCalls([1]) } }],
};

const constants: Program = {
  name: "Constants",
  define: (sdk) =>
    sdk.service({
      name: "Constants",
      handlers: {
        run: async (ctx: Context) => {
          const { all, race, resolve, reject } = sdk.RestatePromise;
          const nap = ctx.sleep(HOUR).map(() => "nap");
          return [
            await resolve(1),
            await settle(reject(new sdk.TerminalError("constant", { errorCode: 410 }))),
            await race([nap, resolve("ready")]),
            await all([nap, resolve(2), resolve(3).map((n) => (n ?? 0) + 1)]),
            await all([]),
            sdk.isRestatePromise(nap),
          ];
        },
      },
    }),
  cases: [{ name: "resolved and rejected ones" }],
};

const asCompleted: Program = {
  name: "AsCompleted",
  define: (sdk) =>
    sdk.service({
      name: "AsCompleted",
      handlers: {
        run: async (ctx: Context, width: number) => {
          const open = new Map<number, RestatePromise<number>>();
          for (let index = 0; index < width; index++) {
            open.set(
              index,
              call(ctx, index).map(() => index),
            );
          }
          const order: number[] = [];
          while (open.size > 0) {
            const index = await sdk.RestatePromise.race([...open.values()]);
            open.delete(index);
            order.push(index);
            await ctx.run(`handled ${index}`, () => index);
          }
          return order;
        },
      },
    }),
  cases: [{ name: "six", input: 6, dependsOnOrder: true }],
};

/** Promises that are done before the combinator sees them: position decides, as with native promises. */
const readyBefore: Program = {
  name: "ReadyBefore",
  define: (sdk) =>
    sdk.service({
      name: "ReadyBefore",
      handlers: {
        run: async (ctx: Context, awaitedFirst: number | null) => {
          const { race, any, all } = sdk.RestatePromise;
          const calls = [0, 1, 2, 3].map((index) => call(ctx, index));
          const backwards = [...calls].reverse();
          await ctx.sleep(HOUR);
          await ctx.run("meanwhile", () => 0);
          if (awaitedFirst !== null) await settle(calls[awaitedFirst] ?? ctx.sleep(HOUR));
          return [
            await settle(race(backwards)),
            await settle(race([...backwards.slice(2), ...calls])),
            await settle(any(backwards)),
            await settle(all(backwards)),
            await settle(race([ctx.sleep(HOUR).map(() => "slept"), ...calls])),
          ];
        },
      },
    }),
  cases: [
    { name: "none was awaited", input: null, dependsOnOrder: true },
    { name: "one was awaited", input: 1, dependsOnOrder: true },
    {
      name: "two failed",
      input: null,
      dependsOnOrder: true,
      script: { respond: failCalls([1, 3]) },
    },
  ],
};

const awaitedTwice: Program = {
  name: "AwaitedTwice",
  define: (sdk) =>
    sdk.service({
      name: "AwaitedTwice",
      handlers: {
        run: async (ctx: Context) => {
          const promise = call(ctx, 0);
          const failing = call(ctx, 1);
          const seen: unknown[] = [await promise, await promise];
          seen.push(await settle(failing), await settle(failing));
          seen.push(await sdk.RestatePromise.all([promise, promise]));
          return seen;
        },
      },
    }),
  cases: [{ name: "value and failure", script: { respond: failCalls([1]) } }],
};

function call(ctx: Context, index: number): InvocationPromise<string> {
  return ctx.genericCall<string, string>({
    service: "Callee",
    method: `m${index}`,
    parameter: `answer ${index}`,
    inputSerde: json,
    outputSerde: json,
  });
}

const json = {
  contentType: "application/json",
  serialize: (value: string) => Buffer.from(JSON.stringify(value)),
  deserialize: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as string,
};

function failCalls(ordinals: readonly number[]) {
  return ({ type, ordinal }: ScriptedCommand) =>
    type === "CallCommand" && ordinals.includes(ordinal)
      ? { outcome: { failure: { code: 400 + ordinal, message: `call ${ordinal} failed` } } }
      : undefined;
}

function neverAnswer(ordinals: readonly number[]) {
  return ({ type, ordinal }: ScriptedCommand) =>
    type === "CallCommand" && ordinals.includes(ordinal) ? ("never" as const) : undefined;
}

export const combinators = [
  sleeps,
  allCalls,
  allRuns,
  raceLosers,
  anyAndSettled,
  nested,
  timeouts,
  mapping,
  constants,
  asCompleted,
  readyBefore,
  awaitedTwice,
];
