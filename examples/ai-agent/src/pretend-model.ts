/** Stands in for the model of a provider: needs no key, knows a few phrases, and is overloaded at every fourth request. */
import { setTimeout as pause } from "node:timers/promises";
import { APICallError } from "ai";
import { MockLanguageModelV3 } from "ai/test";

type Generate = MockLanguageModelV3["doGenerate"];
type Prompt = Parameters<Generate>[0]["prompt"];
type Generated = Awaited<ReturnType<Generate>>;
type Part = Extract<Prompt[number], { role: "tool" }>["content"][number];
type Output = Extract<Part, { type: "tool-result" }>["output"];

let requests = 0;

export const pretendModel = new MockLanguageModelV3({
  modelId: "pretend-model",
  doGenerate: async ({ prompt, abortSignal }) => {
    requests += 1;
    if (requests % 4 === 2) throw overloaded();
    if (saidBy("user", prompt).at(-1)?.includes("think hard") === true) {
      await pause(1_000, undefined, abortSignal && { signal: abortSignal });
    }
    return think(prompt);
  },
});

/** What a model might make of a conversation. */
export function think(prompt: Prompt): Generated {
  if (saidBy("system", prompt).join().includes("from this policy")) return say("within 30 days");
  const said = saidBy("user", prompt);
  const question = said.at(-1) ?? "";
  const [, order = ""] = /order (\d+)/.exec(question) ?? [];
  const id = `call-${prompt.length}`;
  const last = prompt.at(-1);
  const results = last?.role === "tool" ? last.content : [];
  for (const result of results) {
    if (result.type !== "tool-result") continue;
    if (result.toolName !== "findOrder" || !question.includes("money")) {
      return say(inWords(result.output));
    }
    return callTool({ id, name: "refund", input: { order } });
  }
  if (order !== "") return callTool({ id, name: "findOrder", input: { id: order } });
  if (question.includes("return"))
    return callTool({ id, name: "askPolicyExpert", input: { question } });
  return say(`You have said ${said.length} things, first: ${said[0]}`);
}

function inWords(output: Output): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "execution-denied":
      return "A colleague is against it";
    default:
      return `I found ${JSON.stringify("value" in output && output.value)}`;
  }
}

function saidBy(role: "system" | "user", prompt: Prompt): string[] {
  return prompt.flatMap((message) => {
    if (message.role !== role) return [];
    if (message.role === "system") return [message.content];
    return message.content.flatMap((part) => ("text" in part ? [part.text] : []));
  });
}

const say = (text: string): Generated => generated({ type: "text", text }, "stop");

const callTool = ({ id, name, input }: { id: string; name: string; input: object }): Generated =>
  generated(
    { type: "tool-call", toolCallId: id, toolName: name, input: JSON.stringify(input) },
    "tool-calls",
  );

function generated(part: Generated["content"][number], unified: "stop" | "tool-calls"): Generated {
  const tokens = { total: 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
  return {
    content: [part],
    finishReason: { unified, raw: undefined },
    usage: { inputTokens: tokens, outputTokens: { total: 1, text: 1, reasoning: undefined } },
    warnings: [],
  };
}

function overloaded(): APICallError {
  const url = "https://models.example";
  return new APICallError({ message: "Overloaded", url, requestBodyValues: {}, statusCode: 529 });
}
