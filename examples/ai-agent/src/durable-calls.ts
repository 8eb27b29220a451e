/** Middleware for models of the AI SDK: an answer that was paid for is recorded, and a replay gets it from the journal. */
import { TerminalError, type Context, type RunOptions } from "@restatedev/restate-sdk";
import { APICallError, type LanguageModelMiddleware } from "ai";

/** For `wrapLanguageModel`. In `generateText`, say `maxRetries: 0`: Restate retries, and remembers that it does. */
export function durableCalls(
  ctx: Context,
  options: RunOptions<Answer> = {},
): LanguageModelMiddleware {
  return {
    specificationVersion: "v3",
    wrapGenerate: async ({ model, params }) => {
      params.abortSignal?.throwIfAborted();
      // The signal ends a request whose answer nobody waits for any more, which saves tokens.
      const ask = async ({ signal }: { signal: AbortSignal }): Promise<Answer> => {
        try {
          return toRecord(await model.doGenerate({ ...params, abortSignal: signal }));
        } catch (error) {
          throw isHopeless(error)
            ? new TerminalError(`The model refuses: ${error.message}`)
            : error;
        }
      };
      const { response, ...answer } = await ctx.run(`ask ${model.modelId}`, ask, options);
      return { ...answer, response: { ...response, timestamp: new Date(response.timestamp) } };
    },
    wrapStream: () => {
      throw new TerminalError("A stream cannot be recorded. Use generateText");
    },
  };
}

type Generated = Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapGenerate"]>>>;
type Answer = ReturnType<typeof toRecord>;

/** The answer as JSON, without what is there for debugging: headers and bodies, which hold the whole history once more. */
function toRecord({ response, request: _request, ...answer }: Generated) {
  const { id, modelId, timestamp = new Date() } = response ?? {};
  const about = { ...(id && { id }), ...(modelId && { modelId }), timestamp: timestamp.toJSON() };
  return { ...answer, response: about };
}

/** A wrong key or a prompt that is too long stays wrong. Everything else is worth another try. */
function isHopeless(error: unknown): error is APICallError {
  return APICallError.isInstance(error) && !error.isRetryable;
}
