/** What the agent can do. The AI SDK calls `execute`; what happens there is a durable step, or a call. */
import type { Context } from "@restatedev/restate-sdk";
import { tool } from "ai";
import * as z from "zod";
import { policyExpert } from "./policy-expert.js";
import { findOrder, refund } from "./shop.js";

export const supportTools = (ctx: Context) => ({
  findOrder: tool({
    description: "Looks up an order",
    inputSchema: z.object({ id: z.string() }),
    execute: async ({ id }) => ctx.run(`find order ${id}`, () => findOrder(id)),
  }),

  refund: tool({
    description: "Gives the customer the money back",
    inputSchema: z.object({ order: z.string() }),
    needsApproval: true,
    // One refund for an order, however often the step is tried again, or a model calls for it.
    execute: async ({ order }) => ctx.run(`refund order ${order}`, () => refund(order)),
  }),

  // Another agent, as a service of its own. Handlers of one object that call each other would wait for ever.
  askPolicyExpert: tool({
    description: "Answers questions about what the shop allows",
    inputSchema: z.object({ question: z.string() }),
    execute: async ({ question }) => ctx.serviceClient(policyExpert).answer(question),
  }),
});
