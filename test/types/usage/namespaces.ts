/** Members of namespaces, imported one by one; compiled against the official package and ours. */
import * as restate from "@restatedev/restate-sdk";
import { handlers, rpc, serde } from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { expectTypeOf } from "vitest";

import shared = handlers.object.shared;
import exclusive = restate.handlers.object.exclusive;
import workflow = handlers.workflow;
import handler = handlers.handler;
import sendOpts = rpc.sendOpts;
import opts = clients.rpc.opts;
import JsonSerde = serde.JsonSerde;
import schema = restate.serde.schema;

export const counter = restate.object({
  name: "counter",
  handlers: {
    add: exclusive(async (ctx: restate.ObjectContext, amount: number) => {
      ctx.objectSendClient(counterNamed, ctx.key).add(amount, sendOpts({ delay: 1 }));
    }),
    get: shared(async (ctx: restate.ObjectSharedContext) => ctx.get<number>("count")),
  },
});
const counterNamed: restate.VirtualObjectDefinition<
  "counter",
  { add: (ctx: restate.ObjectContext, amount: number) => Promise<void> }
> = { name: "counter" };

export const signup = restate.workflow({
  name: "signup",
  handlers: { run: workflow.workflow({}, async (_ctx: restate.WorkflowContext, n: number) => n) },
});

export const greeter = restate.service({
  name: "greeter",
  handlers: { greet: handler({ input: serde.binary }, async (_ctx: restate.Context) => "Hello") },
});

export class OrderSerde extends JsonSerde<{ id: string }> {}

expectTypeOf(new OrderSerde()).toExtend<JsonSerde<{ id: string }>>();
expectTypeOf(schema).toBeFunction();
expectTypeOf(opts({ idempotencyKey: "k" })).toEqualTypeOf(
  clients.rpc.opts({ idempotencyKey: "k" }),
);
