/** Definitions are recognised under any alias, and not taken for those of another kind. */
import type { ServiceDefinition, VirtualObjectDefinition } from "@restatedev/restate-sdk-core";
import { expectTypeOf } from "vitest";

import type { Client } from "./calls.js";
import type { Context } from "./context.js";

interface Handlers {
  greet: (ctx: Context, name: string) => Promise<string>;
}
type Greeter = ServiceDefinition<"greeter", Handlers>;
interface NamedGreeter extends Greeter {
  readonly version?: 2;
}
declare const ctx: Context;
declare const object: VirtualObjectDefinition<"object", Handlers>;

export async function clients(): Promise<void> {
  expectTypeOf(ctx.serviceClient<Greeter>({ name: "greeter" })).toEqualTypeOf<Client<Handlers>>();
  expectTypeOf(ctx.serviceClient<NamedGreeter>({ name: "greeter" })).toEqualTypeOf<
    Client<Handlers>
  >();
  expectTypeOf(ctx.serviceClient<Handlers>({ name: "any" })).toEqualTypeOf<Client<Handlers>>();
  expectTypeOf(await ctx.objectClient(object, "key").greet("Ada")).toEqualTypeOf<string>();

  const _client = ctx.serviceClient(object);
  // @ts-expect-error a virtual object cannot be called as a service
  type _Greet = (typeof _client)["greet"];
}
