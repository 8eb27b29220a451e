/**
 * Promises, state and clients as handlers use them; compiled against the official package and ours.
 */
import type {
  Client,
  Context,
  Duration,
  InvocationId,
  InvocationPromise,
  ObjectContext,
  ObjectSharedContext,
  RestatePromise,
  SendClient,
  ServiceDefinition,
  TerminalError,
  VirtualObjectDefinition,
  WorkflowContext,
  WorkflowSharedContext,
} from "@restatedev/restate-sdk";
import { expectTypeOf } from "vitest";

interface Handlers {
  greet: (ctx: Context, name: string) => Promise<{ text: string }>;
  ping: (ctx: Context) => Promise<void>;
}
declare const greeterService: ServiceDefinition<"greeter", Handlers>;
type Greeter = typeof greeterService;
interface CounterHandlers {
  add: (ctx: ObjectContext, by: number) => Promise<number>;
}
declare const counter: VirtualObjectDefinition<"counter", CounterHandlers>;

export async function clients(ctx: Context): Promise<void> {
  const greeter = ctx.serviceClient<Greeter>({ name: "greeter" });
  expectTypeOf(greeter).toEqualTypeOf<Client<Handlers>>();
  expectTypeOf(greeter.greet("Ada")).toEqualTypeOf<InvocationPromise<{ text: string }>>();
  expectTypeOf(greeter.ping()).toEqualTypeOf<InvocationPromise<void>>();
  expectTypeOf(await greeter.greet("Ada").invocationId).toEqualTypeOf<InvocationId>();
  expectTypeOf(ctx.serviceClient(greeterService)).toEqualTypeOf<Client<Handlers>>();
  expectTypeOf(ctx.serviceSendClient<Greeter>({ name: "greeter" })).toEqualTypeOf<
    SendClient<Handlers>
  >();
  expectTypeOf(await ctx.objectClient(counter, "key").add(1)).toEqualTypeOf<number>();
  expectTypeOf(
    await ctx.scope("tenant").serviceClient<Greeter>({ name: "greeter" }).greet("x"),
  ).toEqualTypeOf<{
    text: string;
  }>();
  expectTypeOf(
    await ctx.genericCall({ service: "s", method: "m", parameter: new Uint8Array() }),
  ).toEqualTypeOf<Uint8Array>();

  // @ts-expect-error the input is a string
  void greeter.greet(5);
  // @ts-expect-error there is no such handler
  type _Dance = (typeof greeter)["dance"];
  // @ts-expect-error the name is another service's
  void ctx.serviceClient<Greeter>({ name: "other" });
}

export async function promises(ctx: Context): Promise<void> {
  const sleep = ctx.sleep({ seconds: 1 } satisfies Duration, "nap");
  expectTypeOf(sleep).toEqualTypeOf<RestatePromise<void>>();
  expectTypeOf(ctx.awakeable<number>()).toEqualTypeOf<{
    id: string;
    promise: RestatePromise<number>;
  }>();
  expectTypeOf(sleep.orTimeout(5)).toEqualTypeOf<RestatePromise<void>>();
  expectTypeOf(sleep.map(() => "x" as const)).toEqualTypeOf<RestatePromise<"x">>();
  void sleep.map((value, failure) => {
    expectTypeOf(failure).toEqualTypeOf<TerminalError | undefined>();
    expectTypeOf(value).toEqualTypeOf<void | undefined>();
  });
  const both = await Promise.all([ctx.run(() => 1), ctx.run(async () => "x")]);
  expectTypeOf(both).toEqualTypeOf<[number, string]>();
}

export async function state(
  ctx: ObjectContext,
  typed: ObjectContext<{ count: number; name: string }>,
): Promise<void> {
  expectTypeOf(await ctx.get("count")).toBeUnknown();
  expectTypeOf(await ctx.get<number>("count")).toEqualTypeOf<number | null>();
  expectTypeOf(await typed.get("count")).toEqualTypeOf<number | null>();
  expectTypeOf(await typed.stateKeys()).toEqualTypeOf<string[]>();
  ctx.set("anything", { deep: true });
  typed.set("name", "Ada");
  typed.clear("name");
  // @ts-expect-error the value is a number
  typed.set("count", "many");
  // @ts-expect-error there is no such key
  typed.clear("other");
}

export async function workflow(ctx: WorkflowContext, shared: WorkflowSharedContext): Promise<void> {
  expectTypeOf(await ctx.promise<string>("p")).toEqualTypeOf<string>();
  expectTypeOf(ctx.promise<string>("p").get()).toEqualTypeOf<RestatePromise<string>>();
  expectTypeOf(await shared.promise<string>("p").peek()).toEqualTypeOf<string | undefined>();
  expectTypeOf(shared).toExtend<ObjectSharedContext>();
  expectTypeOf(ctx).toExtend<ObjectContext>();
  // @ts-expect-error shared handlers only read state
  type _Set = (typeof shared)["set"];
}
