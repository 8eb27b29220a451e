/** A workflow in several versions of its code, and journals recorded from the first. */
import * as restate from "@restatedev/restate-sdk";
import type { ProtocolVersion } from "../codec.js";
import { createTestEnvironment } from "../environment/test-environment.js";
import type { JournalExport } from "./journal-format.js";

export type Services = Parameters<typeof createTestEnvironment>[0]["services"];

export type OrderHandler = (ctx: restate.WorkflowContext, cents: number) => Promise<string>;

/** What was really done, by name. */
export const effects: string[] = [];

/** The code that records journals. Everything that must be the same on replay goes into it. */
export const original: OrderHandler = async (ctx, cents) => {
  const id = ctx.rand.uuidv4();
  await ctx.run("reserve", () => effects.push("reserve"));
  ctx.set("cents", cents);
  const stored = await ctx.get<number>("cents");
  ctx.serviceSendClient(mailer).send(`${id} ${String(stored)} ${ctx.request().id}`);
  const approval = ctx.awakeable<string>();
  await ctx.run("ask", () => approval.id);
  const answer = await approval.promise;
  await ctx.run("ship", () => effects.push("ship"));
  return answer;
};

export const mailer = restate.service({
  name: "Mailer",
  handlers: { send: async (_ctx: restate.Context, _text: string): Promise<void> => {} },
});

/** The service with this code. */
export function orders(run: OrderHandler) {
  return restate.workflow({ name: "Orders", handlers: { run } });
}

/** The journal of an order that waits for its approval. */
export async function recordWaiting(protocol: ProtocolVersion = 6): Promise<JournalExport> {
  const definition = orders(original);
  await using env = await createTestEnvironment({
    services: [definition, mailer],
    protocol,
    seed: 7,
    clock: "manual",
  });
  const order = env.send(definition, "order-1").run(4200);
  await env.atRest();
  effects.length = 0;
  return order.exportJournal();
}
