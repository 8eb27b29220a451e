/** The ingress client, for every way to describe a service; compiled against the official package and ours. */
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { expectTypeOf } from "vitest";

interface Order {
  readonly id: string;
}

const greeter = restate.service({
  name: "greeter",
  handlers: {
    greet: async (_ctx: restate.Context, order: Order) => order.id.length,
    ping: async (_ctx: restate.Context) => {},
    maybe: async (_ctx: restate.Context, name?: string) => name ?? "nobody",
  },
});
const counter = restate.object({
  name: "counter",
  handlers: {
    add: async (_ctx: restate.ObjectContext, by: number) => `${by}`,
    peek: restate.handlers.object.shared(async (_ctx: restate.ObjectSharedContext) => 5),
  },
});
const signup = restate.workflow({
  name: "signup",
  handlers: {
    run: async (_ctx: restate.WorkflowContext, order: Order) => order.id.length,
    click: async (_ctx: restate.WorkflowSharedContext, secret: string) => secret === "x",
  },
});
export type Greeter = typeof greeter;
export type Counter = typeof counter;
export type Signup = typeof signup;
type SignupHandlers = {
  run: (ctx: unknown, order: Order) => Promise<number>;
  click: (ctx: unknown, secret: string) => Promise<boolean>;
};
const api = {
  greeter: restate.iface.service("greeter", {
    greet: restate.iface.json<Order, number>(),
    ping: restate.iface.json<void, string>(),
  }),
  counter: restate.iface.object("counter", {
    add: restate.iface.serdes({ input: restate.serde.binary, output: restate.serde.binary }),
  }),
};

const rs: clients.Ingress = clients.connect({
  url: "http://localhost:8080",
  headers: { authorization: "Bearer x" },
  retry: {
    maxAttempts: false,
    maxDuration: { minutes: 1 },
    initialInterval: 100,
    shouldRetry: (failure, attempt) =>
      attempt < 3 && (failure.kind === "network" || clients.defaultShouldRetry(failure)),
  },
  serde: clients.serde.json,
  fetch: async (input, init) => fetch(input, init),
});

export async function definitions(): Promise<void> {
  const order = { id: "1" };
  expectTypeOf(await rs.serviceClient(greeter).greet(order)).toEqualTypeOf<number>();
  expectTypeOf(rs.serviceClient(greeter).ping()).toEqualTypeOf<PromiseLike<void>>();
  expectTypeOf(await rs.serviceClient(greeter).maybe()).toEqualTypeOf<string>();
  expectTypeOf(
    await rs
      .serviceClient<Greeter>({ name: "greeter" })
      .greet(order, clients.rpc.opts({ idempotencyKey: "k", headers: { a: "b" }, timeout: 100 })),
  ).toEqualTypeOf<number>();
  expectTypeOf(await rs.objectClient(counter, "k").add(1)).toEqualTypeOf<string>();
  expectTypeOf(
    await rs.objectClient<Counter>({ name: "counter" }, "k").peek(),
  ).toEqualTypeOf<number>();
  const named: Greeter = { name: "greeter" };
  expectTypeOf(await rs.serviceClient(named).greet(order)).toEqualTypeOf<number>();

  // @ts-expect-error the input is an order
  void rs.serviceClient(greeter).greet("x");
  // @ts-expect-error there is no such handler
  uses(rs.serviceClient(greeter).nope);
}

export async function sends(): Promise<void> {
  const sent = await rs
    .serviceSendClient(greeter)
    .greet({ id: "1" }, clients.rpc.sendOpts({ delay: { days: 1 }, idempotencyKey: "k" }));
  expectTypeOf(sent).toEqualTypeOf<clients.Send<number>>();
  expectTypeOf(sent.status).toEqualTypeOf<"Accepted" | "PreviouslyAccepted">();
  expectTypeOf(await rs.result(sent)).toEqualTypeOf<number>();
  const toObject = await rs.objectSendClient<Counter>({ name: "counter" }, "k").add(1);
  expectTypeOf(await rs.result(toObject)).toEqualTypeOf<string>();
}

export async function workflows(): Promise<void> {
  const definition = rs.workflowClient(signup, "k");
  const byName = rs.workflowClient<Signup>({ name: "signup" }, "k");
  const handlers = rs.workflowClient<SignupHandlers>({ name: "signup" }, "k");
  for (const client of [definition, byName, handlers]) {
    const submission = await client.workflowSubmit({ id: "1" });
    expectTypeOf(submission).toEqualTypeOf<clients.WorkflowSubmission<number>>();
    expectTypeOf(await rs.result(submission)).toEqualTypeOf<number>();
    expectTypeOf(await client.workflowAttach()).toEqualTypeOf<number>();
    expectTypeOf(await client.workflowOutput()).toEqualTypeOf<clients.Output<number>>();
    expectTypeOf(await client.click("x")).toEqualTypeOf<boolean>();
    // @ts-expect-error a workflow is submitted
    uses(client.run);
  }
}

export async function interfaces(): Promise<void> {
  expectTypeOf(await rs.client(api.greeter).greet({ id: "1" })).toEqualTypeOf<number>();
  expectTypeOf(await rs.client(api.greeter).ping()).toEqualTypeOf<string>();
  const bytes = new Uint8Array();
  expectTypeOf(await rs.client(api.counter, "k").add(bytes)).toEqualTypeOf<Uint8Array>();
  const sent = await rs.sendClient(api.greeter).greet({ id: "1" });
  expectTypeOf(await rs.result(sent)).toEqualTypeOf<number>();
  // @ts-expect-error an object has a key
  void rs.client(api.counter);
}

export async function others(): Promise<void> {
  const scoped: clients.ScopedIngress = rs.scope("tenant");
  const opts = clients.rpc.opts<Order, number>({ limitKey: "a/b" });
  expectTypeOf(
    await scoped.serviceClient(greeter).greet({ id: "1" }, opts),
  ).toEqualTypeOf<number>();
  expectTypeOf(
    await rs.call({ service: "s", handler: "h", parameter: { id: "1" } }),
  ).toEqualTypeOf<Uint8Array>();
  expectTypeOf(
    await rs.call<Order, number>({
      service: "s",
      handler: "h",
      key: "k",
      parameter: { id: "1" },
      opts: clients.Opts.from<Order, number>({ output: clients.serde.json }),
    }),
  ).toEqualTypeOf<number>();
  await rs.send({
    service: "s",
    handler: "h",
    parameter: 5,
    scope: "tenant",
    opts: clients.SendOpts.from({ delay: 5 }),
  });
  await rs.resolveAwakeable("id", { a: 1 });
  await rs.rejectAwakeable("id", "why");
}

declare function uses(it: unknown): void;

export function errors(error: unknown): void {
  if (error instanceof clients.HttpCallError) {
    expectTypeOf(error.status).toEqualTypeOf<number>();
    expectTypeOf(error.responseText).toEqualTypeOf<string>();
  }
  throw new clients.HttpCallError(404, "", "not found");
}
