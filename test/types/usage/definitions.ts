/** Definitions, interfaces, options and endpoints; compiled against the official package and ours. */
/* eslint-disable @typescript-eslint/no-deprecated -- what is deprecated has to go on working */
import * as http from "node:http";
import * as http2 from "node:http2";

import * as restate from "@restatedev/restate-sdk";
import { expectTypeOf } from "vitest";

interface Order {
  readonly id: string;
}

export const greeter = restate.service({
  name: "greeter",
  handlers: {
    greet: async (ctx: restate.Context, name: string) => `Hello ${name}, ${ctx.rand.uuidv4()}`,
    ping: async (_ctx: restate.Context) => {},
    described: restate.handlers.handler(
      { input: restate.serde.json, output: restate.serde.binary, accept: "*/*" },
      async (_ctx: restate.Context, order: Order) => new TextEncoder().encode(order.id),
    ),
    legacy: restate.createServiceHandler({}, async (_ctx: restate.Context) => 5),
  },
  options: {
    journalRetention: { days: 1 },
    retryPolicy: { maxAttempts: 3, onMaxAttempts: "pause", initialInterval: 100 },
    asTerminalError: (error) =>
      error instanceof RangeError ? new restate.TerminalError("range") : undefined,
    hooks: [
      ({ request }) => ({
        interceptor: {
          handler: async (next) => {
            try {
              await next();
            } catch (error) {
              if (!restate.internal.isSuspendedError(error)) console.error(request.target, error);
              throw error;
            }
          },
        },
      }),
    ],
  },
});

export const counter = restate.object({
  name: "counter",
  handlers: {
    add: async (ctx: restate.ObjectContext<{ count: number }>, by: number) => {
      const count = ((await ctx.get("count")) ?? 0) + by;
      ctx.set("count", count);
      return count;
    },
    peek: restate.handlers.object.shared(
      { enableLazyState: true },
      async (ctx: restate.ObjectSharedContext) => (await ctx.get<number>("count")) ?? 0,
    ),
  },
});

export const signup = restate.workflow({
  name: "signup",
  handlers: {
    run: async (ctx: restate.WorkflowContext, email: string) => {
      await ctx.run("mail", () => console.log(email));
      return await ctx.promise<boolean>("clicked");
    },
    click: async (ctx: restate.WorkflowSharedContext) =>
      await ctx.promise<boolean>("clicked").resolve(true),
  },
  options: { workflowRetention: { days: 7 } },
});

restate.workflow({
  name: "broken",
  handlers: {
    run: async (_ctx: restate.WorkflowContext) => {},
    // @ts-expect-error clients have a method of this name
    workflowSubmit: async (_ctx: restate.WorkflowSharedContext) => {},
  },
});

export async function clients(ctx: restate.Context): Promise<void> {
  expectTypeOf(await ctx.serviceClient(greeter).greet("Ada")).toBeString();
  const call = ctx.serviceClient<typeof greeter>({ name: "greeter" }).legacy();
  expectTypeOf(call).toEqualTypeOf<restate.InvocationPromise<number>>();
  const add = ctx.objectClient(counter, "k").add(1, restate.rpc.opts({ idempotencyKey: "once" }));
  expectTypeOf(await add).toBeNumber();
  ctx.workflowSendClient(signup, "k").click(restate.rpc.sendOpts({ delay: { seconds: 5 } }));
  ctx.objectSendClient(counter, "k").add(2, restate.SendOpts.from({ delay: 1_000 }));

  const both = await restate.RestatePromise.all([add, ctx.serviceClient(greeter).greet("Ada")]);
  expectTypeOf(both).toEqualTypeOf<[number, string]>();
  const one = await restate.RestatePromise.race([add, ctx.sleep(5)]);
  expectTypeOf(one).toEqualTypeOf<number | void>();
  const settled = await restate.CombineablePromise.allSettled([add]);
  expectTypeOf(settled).toEqualTypeOf<[PromiseSettledResult<number>]>();
  const maybe: Promise<number> = add;
  if (restate.isRestatePromise(maybe)) expectTypeOf(maybe.orTimeout).toBeFunction();

  const invocation = ctx.invocation(restate.InvocationIdParser.fromString("inv_1"));
  invocation.signal<boolean>("go").resolve(true);
  invocation.signal("go").reject(new restate.TerminalError("no", { errorCode: 400 }));
  expectTypeOf(await invocation.attach<Order>()).toEqualTypeOf<Order>();
  const cancellation = (ctx as restate.internal.ContextInternal).cancellation();
  expectTypeOf(cancellation).toEqualTypeOf<restate.RestatePromise<void>>();
}

const api = restate.iface.object("account", {
  deposit: restate.iface.json<number, number>(),
  balance: restate.iface.shared.json<void, number>(),
});

export const account = restate.implement(api, {
  handlers: {
    deposit: async (ctx, amount) => {
      ctx.set("balance", amount);
      return amount;
    },
    balance: async (ctx) => (await ctx.get<number>("balance")) ?? 0,
  },
  options: { enableLazyState: true, handlers: { balance: { ingressPrivate: true } } },
});

export async function interfaces(ctx: restate.Context): Promise<void> {
  expectTypeOf(await ctx.client(api, "k").deposit(5)).toBeNumber();
  expectTypeOf(await ctx.client(api, "k").balance()).toBeNumber();
  expectTypeOf(await ctx.client(account, "k").deposit(5)).toBeNumber();
  ctx.sendClient(api, "k").deposit(5, restate.rpc.sendOpts({ idempotencyKey: "x" }));
  // @ts-expect-error a virtual object has a key
  ctx.client(api);
}

export function errors(error: unknown): number {
  if (error instanceof restate.CancelledError) return error.code;
  if (error instanceof restate.TimeoutError) return error.code;
  if (error instanceof restate.TerminalError) return Object.keys(error.metadata ?? {}).length;
  if (error instanceof restate.RestateError) return error.code;
  throw restate.RetryableError.from(error, { retryAfter: { seconds: 5 } });
}
class OutOfStock extends restate.TerminalError {
  override readonly name = "OutOfStock";
  constructor(readonly item: string) {
    super(`${item} is out of stock`, { errorCode: 409, metadata: { item } });
  }
}
export const thrown: restate.TerminalError = new OutOfStock("book");
export const paused: restate.RestateError = restate.PauseError.from(new Error("x"));

const logger: restate.LoggerTransport = ({ level, context, replaying }, ...message: unknown[]) => {
  if (!replaying) console.log(level, context?.invocationTarget, ...message);
};
export const options: restate.EndpointOptions = {
  services: [greeter, counter, signup, account],
  logger,
  identityKeys: ["publickeyv1_x"],
  defaultServiceOptions: { inactivityTimeout: { minutes: 1 }, enableLazyState: true },
  journalValueCodecProvider: async () => ({
    encode: (bytes) => bytes,
    decode: async (bytes) => bytes,
  }),
};

export async function endpoints(): Promise<void> {
  const handler = restate.createEndpointHandler({ ...options, bidirectional: true });
  http.createServer(handler);
  http2.createServer(handler);
  expectTypeOf(await restate.serve({ ...options, port: 9080 })).toBeNumber();
  const endpoint = restate.endpoint().bind(greeter).bind(counter).withIdentityV1("a", "b");
  http2.createServer(endpoint.setLogger(logger).http2Handler());
  http.createServer(endpoint.http1Handler({ bidirectional: false }));
  expectTypeOf(await endpoint.listen()).toBeNumber();
}

/** A table of workflows with different parameters, as in an application that starts them by name. */
interface Task<P> {
  run: (ctx: restate.WorkflowContext, params: P) => Promise<string>;
  cancel: (ctx: restate.WorkflowSharedContext) => Promise<void>;
}
interface TaskSpec<P> {
  workflow: restate.WorkflowDefinition<string, Task<P>>;
  service: restate.ServiceDefinition<
    string,
    { run: (ctx: restate.Context, p: P) => Promise<void> }
  >;
  object: restate.VirtualObjectDefinition<
    string,
    { run: (ctx: restate.ObjectContext, p: P) => Promise<void> }
  >;
  parse: (params: object) => P;
}
const tasks = new Map<string, TaskSpec<unknown>>();

export function registerTask<P>(name: string, task: TaskSpec<P>) {
  tasks.set(name, task);
}

export function taskNamed<P>(name: string) {
  return tasks.get(name) as TaskSpec<P> | undefined;
}
