/** What `ctx.run` infers from an action; compiled against the official package and against ours. */
import { randomUUID } from "node:crypto";

import type {
  Context,
  RestatePromise,
  RunAction,
  RunOptions,
  Serde,
} from "@restatedev/restate-sdk";
import { expectTypeOf } from "vitest";

declare const binary: Serde<Uint8Array>;

/** As ORMs have it: a promise with something extra, started when awaited. */
interface LazyPromise<T> extends Promise<T> {
  explain(): string;
}
declare function query(): LazyPromise<{ id: string }>;

export async function inferred(ctx: Context): Promise<void> {
  expectTypeOf(ctx.run(() => 5)).toEqualTypeOf<RestatePromise<number>>();
  expectTypeOf(ctx.run(async () => "x")).toEqualTypeOf<RestatePromise<string>>();
  expectTypeOf(ctx.run("named", async () => "x")).toEqualTypeOf<RestatePromise<string>>();
  expectTypeOf(ctx.run(async () => {})).toEqualTypeOf<RestatePromise<void>>();
  expectTypeOf(ctx.run(() => Promise.resolve([1, 2]))).toEqualTypeOf<RestatePromise<number[]>>();
  expectTypeOf(await ctx.run(query)).toEqualTypeOf<{ id: string }>();
  expectTypeOf(await ctx.run(() => query())).toEqualTypeOf<{ id: string }>();
  expectTypeOf(await ctx.run(randomUUID)).toBeString();
  expectTypeOf(await ctx.run("either", async () => (Date.now() > 0 ? "x" : 5))).toEqualTypeOf<
    string | number
  >();
  expectTypeOf(
    await ctx.run(() => {
      throw new Error("always");
    }),
  ).toBeNever();
  expectTypeOf(
    await ctx.run("bytes", () => new Uint8Array(1), { serde: binary }),
  ).toExtend<Uint8Array>();
}

export async function expected(ctx: Context): Promise<void> {
  const literal: { kind: "a" | "b" } = await ctx.run(async () => ({ kind: "a" }));
  const given = await ctx.run<"a" | "b">(() => "a");
  const options: RunOptions<number> = { maxRetryAttempts: 3, maxRetryDuration: { minutes: 1 } };
  expectTypeOf(await ctx.run("limited", async () => 5, options)).toBeNumber();
  expectTypeOf([literal.kind, given]).toEqualTypeOf<("a" | "b")[]>();

  // @ts-expect-error an action is a function
  void ctx.run("not a function", 5);
  // @ts-expect-error the serde is for another type
  void ctx.run("other type", () => "text", { serde: binary });
}

/** Helpers around `ctx.run` that keep the type open. */
export function audited<T>(ctx: Context, name: string, action: RunAction<T>): RestatePromise<T> {
  return ctx.run(name, action);
}
export function wrapped<T>(ctx: Context, action: () => Promise<T>): RestatePromise<T> {
  return ctx.run(async () => await action());
}
export async function called<T>(action: RunAction<T>): Promise<T> {
  return await action();
}
