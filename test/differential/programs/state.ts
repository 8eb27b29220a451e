/** State of virtual objects, sent with the invocation or asked for piece by piece. */
import type { Context, ObjectContext, ObjectSharedContext } from "official-sdk";
import type { Program } from "../program.js";

const stateOperations: Program = {
  name: "StateOperations",
  define: (sdk) =>
    sdk.object({
      name: "StateOperations",
      handlers: {
        run: async (ctx: ObjectContext) => {
          const seen: unknown[] = [];
          for (const key of ["a", "b", "missing"]) seen.push(await ctx.get(key));
          seen.push((await ctx.stateKeys()).sort());
          ctx.set("a", { changed: true });
          ctx.set("new", "value");
          ctx.clear("b");
          for (const key of ["a", "b", "new", "c"]) seen.push(await ctx.get(key));
          seen.push((await ctx.stateKeys()).sort());
          return seen;
        },
      },
    }),
  cases: [
    { name: "no state", key: "k" },
    { name: "some state", key: "k", script: { state: { a: 1, b: "two", c: [3], d: null } } },
  ],
};

const clearAll: Program = {
  name: "ClearAll",
  define: (sdk) =>
    sdk.object({
      name: "ClearAll",
      handlers: {
        run: async (ctx: ObjectContext) => {
          const seen: unknown[] = [await ctx.get("a")];
          ctx.clearAll();
          seen.push(await ctx.get("a"), await ctx.get("z"), await ctx.stateKeys());
          ctx.set("a", "again");
          seen.push(await ctx.get("a"), await ctx.stateKeys());
          return seen;
        },
      },
    }),
  cases: [{ name: "cleared and set again", key: "k", script: { state: { a: 1, z: 26 } } }],
};

const getRunSet: Program = {
  name: "GetRunSet",
  define: (sdk, host) =>
    sdk.object({
      name: "GetRunSet",
      handlers: {
        run: async (ctx: ObjectContext<{ count: number }>, rounds: number) => {
          for (let round = 0; round < rounds; round++) {
            const count = (await ctx.get("count")) ?? 0;
            const next = await ctx.run("add", () => {
              host.effect(ctx, `add ${count}`);
              return count + 1;
            });
            ctx.set("count", next);
          }
          return ctx.get("count");
        },
      },
    }),
  cases: [{ name: "from 40", key: "k", input: 3, script: { state: { count: 40 } } }],
};

const stateSerdes: Program = {
  name: "StateSerdes",
  define: (sdk) =>
    sdk.object({
      name: "StateSerdes",
      handlers: {
        run: async (ctx: ObjectContext) => {
          ctx.set("bytes", Uint8Array.of(1, 2, 255), sdk.serde.binary);
          ctx.set("empty", new Uint8Array(), sdk.serde.binary);
          const bytes = await ctx.get("bytes", sdk.serde.binary);
          const empty = await ctx.get("empty", sdk.serde.binary);
          const missing = await ctx.get("missing", sdk.serde.binary);
          return [[...(bytes ?? [])], empty?.length ?? "none", missing];
        },
      },
    }),
  cases: [{ name: "binary and empty values", key: "k" }],
};

const concurrentReads: Program = {
  name: "ConcurrentReads",
  define: (sdk) =>
    sdk.object({
      name: "ConcurrentReads",
      handlers: {
        run: sdk.handlers.object.shared(async (ctx: ObjectSharedContext) => {
          const other = ctx.objectClient<{ m: (ctx: Context, n: number) => Promise<number> }>(
            { name: "Other" },
            ctx.key,
          );
          const call = other.m(7);
          const a = await ctx.get("a");
          const sleep = ctx.sleep({ minutes: 5 });
          const b = await ctx.get("b");
          await sleep;
          return [a, b, await call];
        }),
      },
    }),
  cases: [{ name: "with a call and a timer", key: "k", script: { state: { a: "A", b: "B" } } }],
};

export const state = [stateOperations, clearAll, getRunSet, stateSerdes, concurrentReads];
