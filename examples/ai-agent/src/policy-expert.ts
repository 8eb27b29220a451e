/** A second agent, which other agents ask. It keeps nothing, so it is a service. */
import * as restate from "@restatedev/restate-sdk";
import { generateText, wrapLanguageModel } from "ai";
import { durableCalls } from "./durable-calls.js";
import { model } from "./models.js";

const POLICY = "Goods can be returned within 30 days. Refunds need the consent of a colleague.";

export const policyExpert = restate.service({
  name: "PolicyExpert",
  handlers: {
    answer: async (ctx: restate.Context, question: string): Promise<string> => {
      const { text } = await generateText({
        model: wrapLanguageModel({ model, middleware: durableCalls(ctx) }),
        system: `Answer from this policy alone: ${POLICY}`,
        prompt: question,
        maxRetries: 0,
      });
      return text;
    },
  },
  options: { ingressPrivate: true },
});
