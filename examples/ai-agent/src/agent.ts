/** The agent: thinks about what was said, with tools, until it has an answer or needs a human's consent. */
import * as restate from "@restatedev/restate-sdk";
import { AISDKError, generateText, wrapLanguageModel, type ModelMessage } from "ai";
import { durableCalls } from "./durable-calls.js";
import { model } from "./models.js";
import type { Approval, Ending, Thoughts } from "./thoughts.js";
import { supportTools } from "./tools.js";

const SYSTEM = "You support the customers of a shop. Look things up before you answer.";
const MAX_STEPS = 10;
const RETRIES = { maxRetryAttempts: 8, maxRetryInterval: { seconds: 30 } };

export const supportAgent = restate.service({
  name: "SupportAgent",
  handlers: {
    think: async (ctx: restate.Context, history: readonly ModelMessage[]): Promise<Thoughts> => {
      // Whatever happens, the session learns how far we got.
      const messages: ModelMessage[] = [];
      const ending = await converse(ctx, history, messages).catch(toEnding);
      return { messages, ending };
    },
  },
  options: { ingressPrivate: true },
});

/** Adds to `messages` step by step. */
async function converse(
  ctx: restate.Context,
  history: readonly ModelMessage[],
  messages: ModelMessage[],
): Promise<Ending> {
  const cancelled = new AbortController();
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { content, response, toolCalls } = await generateText({
      model: wrapLanguageModel({ model, middleware: durableCalls(ctx, RETRIES) }),
      system: SYSTEM,
      messages: [...history, ...messages],
      tools: supportTools(ctx),
      maxRetries: 0,
      abortSignal: cancelled.signal,
      // The AI SDK tells the model what went wrong in a tool, so that it tries something else. Not if we were cancelled.
      experimental_onToolCallFinish: ({ error }) => {
        if (error instanceof restate.CancelledError) cancelled.abort(error);
      },
    });
    cancelled.signal.throwIfAborted();
    messages.push(...response.messages.map(withStableIds));
    const approvals = content.flatMap((part): Approval[] => {
      if (part.type !== "tool-approval-request") return [];
      const { toolCallId, toolName, input } = part.toolCall;
      return [{ id: toolCallId, tool: toolName, input }];
    });
    if (approvals.length > 0) return { kind: "needs approval", approvals };
    if (toolCalls.length === 0) return { kind: "answered" };
  }
  return { kind: "failed", reason: `No answer after ${MAX_STEPS} steps` };
}

/** The AI SDK makes up an id for an approval, a new one on every replay. The one of the tool call is in the journal. */
function withStableIds(message: ModelMessage): ModelMessage {
  if (message.role !== "assistant" || typeof message.content === "string") return message;
  const content = message.content.map((part) =>
    part.type === "tool-approval-request" ? { ...part, approvalId: part.toolCallId } : part,
  );
  return { ...message, content };
}

function toEnding(error: unknown): Ending {
  if (error instanceof restate.CancelledError) return { kind: "interrupted" };
  const isFinal = error instanceof restate.TerminalError || AISDKError.isInstance(error);
  if (!isFinal) throw error;
  return { kind: "failed", reason: error.message };
}
