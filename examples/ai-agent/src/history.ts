/** What every model demands of a conversation: that each tool call has a result. */
import type { ModelMessage, ToolCallPart, ToolResultPart } from "ai";

const UNKNOWN =
  "The customer went on before this was done. Make sure that it is still wanted, and not done yet.";

/** The history with a result for tool calls that were not approved, or interrupted. */
export function settled(history: readonly ModelMessage[]): readonly ModelMessage[] {
  const open = new Map<string, ToolCallPart>();
  for (const { content } of history) {
    for (const part of typeof content === "string" ? [] : content) {
      if (part.type === "tool-call") open.set(part.toolCallId, part);
      if (part.type === "tool-result") open.delete(part.toolCallId);
    }
  }
  if (open.size === 0) return history;
  const content = [...open.values()].map(({ toolCallId, toolName }): ToolResultPart => ({
    type: "tool-result",
    toolCallId,
    toolName,
    output: { type: "error-text", value: UNKNOWN },
  }));
  return [...history, { role: "tool", content }];
}
