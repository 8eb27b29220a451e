/** `object`: defines a virtual object. */
import type { VirtualObjectDefinition } from "@restatedev/restate-sdk-core";
import type { ObjectOpts } from "../api/handler.js";
import type { ObjectOptions } from "../api/options.js";
import { buildDefinition } from "./definition.js";

/**
 * Defines a virtual object: handlers that are called with a key and share state under it. Per key, they run one at a
 * time, except for those wrapped with `handlers.object.shared`, which run concurrently and only read state.
 *
 * @throws TypeError for options that mean nothing; the message names object, handler and field
 *
 * @example
 * ```ts
 * const counter = object({
 *   name: "counter",
 *   handlers: {
 *     add: async (ctx: ObjectContext, amount: number) => {
 *       ctx.set("count", ((await ctx.get<number>("count")) ?? 0) + amount);
 *     },
 *     get: handlers.object.shared(async (ctx: ObjectSharedContext) => ctx.get<number>("count")),
 *   },
 * });
 * ```
 */
export function object<P extends string, M>(object: {
  name: P;
  handlers: ObjectOpts<M> & ThisType<M>;
  /** For people; shown in the UI and in generated API documents. */
  description?: string;
  /** For tools; returned by the admin API. */
  metadata?: Record<string, string>;
  options?: ObjectOptions;
}): VirtualObjectDefinition<P, M> {
  return buildDefinition("object", object, () => "exclusive") as unknown as VirtualObjectDefinition<
    P,
    M
  >;
}
