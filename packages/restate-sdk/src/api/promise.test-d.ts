/** What `RestatePromise.select` and `RestatePromise.asCompleted` infer. */
import { expectTypeOf } from "vitest";

import type { TerminalError } from "../errors/terminal-error.js";
import type { Completed, RestatePromise, RestatePromiseConstructor } from "./promise.js";

declare const statics: RestatePromiseConstructor;
declare const approval: RestatePromise<{ by: string }>;
declare const deadline: RestatePromise<void>;
declare const calls: RestatePromise<number>[];
declare const named: Record<string, RestatePromise<number>>;

export async function selectNamesTheBranch(): Promise<void> {
  const first = await statics.select({ approval, deadline });
  expectTypeOf(first.tag).toEqualTypeOf<"approval" | "deadline">();
  if (first.tag === "approval") expectTypeOf(first.value).toEqualTypeOf<{ by: string }>();
  else expectTypeOf(first.value).toEqualTypeOf<void>();

  const dynamic = await statics.select(named);
  expectTypeOf(dynamic).toEqualTypeOf<{ readonly tag: string; readonly value: number }>();

  const nested = statics.race([statics.select({ deadline }), approval]);
  expectTypeOf(await nested).toEqualTypeOf<
    { readonly tag: "deadline"; readonly value: void } | { by: string }
  >();

  // @ts-expect-error native promises have no place in the journal
  void statics.select({ native: Promise.resolve(1) });
}

export async function asCompletedNamesThePromise(): Promise<void> {
  for await (const done of statics.asCompleted(calls)) {
    expectTypeOf(done).toEqualTypeOf<Completed<number, number>>();
    expectTypeOf(done.tag).toEqualTypeOf<number>();
    if (done.status === "fulfilled") expectTypeOf(done.value).toEqualTypeOf<number>();
    else expectTypeOf(done.reason).toEqualTypeOf<TerminalError>();
  }
  for await (const done of statics.asCompleted(new Set([approval]))) {
    if (done.status === "fulfilled") expectTypeOf(done.value).toEqualTypeOf<{ by: string }>();
  }
  for await (const done of statics.asCompleted([approval, calls[0]!])) {
    if (done.status === "fulfilled")
      expectTypeOf(done.value).toEqualTypeOf<{ by: string } | number>();
  }
  for await (const done of statics.asCompleted({ approval, deadline })) {
    expectTypeOf(done.tag).toEqualTypeOf<"approval" | "deadline">();
    if (done.tag === "approval" && done.status === "fulfilled") {
      expectTypeOf(done.value).toEqualTypeOf<{ by: string }>();
    }
  }
}
