/** What the action of `ctx.run` may look like beyond the official signature. */
import { randomUUID } from "node:crypto";

import { expectTypeOf } from "vitest";

import type { Context } from "./context.js";
import type { AbortableRunAction, RunAction } from "./run.js";

declare const ctx: Context;
declare const action: RunAction<string>;
declare function load(limit?: number): Promise<string[]>;
/** A query builder: can be awaited, but is no `Promise`. */
declare function select(): PromiseLike<number[]> & { where(): void };

export async function actions(): Promise<void> {
  expectTypeOf(
    await ctx.run("fetch", async ({ signal }) => (await fetch("http://x", { signal })).text()),
  ).toEqualTypeOf<string>();
  expectTypeOf(await ctx.run(({ signal }) => signal.aborted)).toEqualTypeOf<boolean>();
  expectTypeOf(action).toExtend<AbortableRunAction<string>>();
  expectTypeOf(await ctx.run(action)).toEqualTypeOf<string>();
  expectTypeOf(await ctx.run("query", select)).toEqualTypeOf<number[]>();
  expectTypeOf(await ctx.run("id", randomUUID)).toBeString();

  // @ts-expect-error `limit` would be given the options of the run
  void ctx.run("load", load);
  expectTypeOf(await ctx.run("load", () => load())).toEqualTypeOf<string[]>();
}
