/** What our types infer that the official ones do not. */
import { iface, type Serde } from "@restatedev/restate-sdk-core";
import { expectTypeOf } from "vitest";

import { connect, type Ingress, type Output, type Send, type WorkflowSubmission } from "./index.js";

const rs = connect({ url: "http://localhost:8080" });
declare const date: Serde<Date>;
const flow = iface.workflow("Flow", {
  run: iface.serdes({ input: date, output: date }),
  touch: iface.json<void, number>(),
});

export async function workflowsDeclaredWithIface(): Promise<void> {
  const client = rs.workflowClient(flow, "k");
  const submission = await client.workflowSubmit(new Date());
  expectTypeOf(submission).toEqualTypeOf<WorkflowSubmission<Date>>();
  expectTypeOf(await rs.result(submission)).toEqualTypeOf<Date>();
  expectTypeOf(await client.workflowAttach()).toEqualTypeOf<Date>();
  expectTypeOf(await client.touch()).toEqualTypeOf<number>();
  // @ts-expect-error the input is a date
  void client.workflowSubmit("x");
}

/** An interface has no index signature, which must not matter. */
interface Handlers {
  run(ctx: unknown, name: string): Promise<number>;
  peek(ctx: unknown): PromiseLike<string>;
}

export async function workflowsAsInterfaces(): Promise<void> {
  const client = rs.workflowClient<Handlers>({ name: "w" }, "k");
  expectTypeOf(await client.workflowSubmit("x")).toEqualTypeOf<WorkflowSubmission<number>>();
  expectTypeOf(await client.workflowOutput()).toEqualTypeOf<Output<number>>();
  expectTypeOf(await client.peek()).toEqualTypeOf<string>();
  const scoped = rs.scope("s").workflowClient<Handlers>({ name: "w" }, "k");
  expectTypeOf(await scoped.workflowAttach()).toEqualTypeOf<number>();
}

export async function anyInvocation(sent: Send<Date>): Promise<void> {
  expectTypeOf(await rs.attach(sent)).toEqualTypeOf<Date>();
  expectTypeOf(await rs.output(sent)).toEqualTypeOf<Output<Date>>();
  expectTypeOf(await rs.attach<string>("inv_1")).toEqualTypeOf<string>();
  expectTypeOf(await rs.attach("inv_1")).toEqualTypeOf<unknown>();
  expectTypeOf(rs).toExtend<Ingress>();
}
