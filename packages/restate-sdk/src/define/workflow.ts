/** `workflow`: defines a workflow. */
import type { WorkflowDefinition } from "@restatedev/restate-sdk-core";
import type { WorkflowOpts } from "../api/handler.js";
import type { WorkflowOptions } from "../api/options.js";
import { buildDefinition } from "./definition.js";
import { descriptionOf } from "./handler-description.js";
import { placeOf, refuse } from "./validate.js";

/**
 * Defines a workflow: a handler `run` that is executed once for a key, and other handlers that may be called with that
 * key while it runs and afterwards, to query it or to send it something through durable promises.
 *
 * @throws TypeError if `run` is missing, and for options that mean nothing; the message names workflow, handler and field
 *
 * @example
 * ```ts
 * const signup = workflow({
 *   name: "signup",
 *   handlers: {
 *     run: async (ctx: WorkflowContext, user: { email: string }) => {
 *       await ctx.run("send mail", () => sendConfirmation(user.email));
 *       return ctx.promise<boolean>("confirmed");
 *     },
 *     confirm: async (ctx: WorkflowSharedContext) => ctx.promise<boolean>("confirmed").resolve(true),
 *   },
 * });
 * ```
 */
export function workflow<P extends string, M>(workflow: {
  name: P;
  handlers: WorkflowOpts<M> & ThisType<M>;
  /** For people; shown in the UI and in generated API documents. */
  description?: string;
  /** For tools; returned by the admin API. */
  metadata?: Record<string, string>;
  options?: WorkflowOptions;
}): WorkflowDefinition<P, M> {
  const { name, handlers } = workflow as { name: string; handlers: { run?: unknown } };
  const definition = buildDefinition(
    "workflow",
    // Run comes first, and may be inherited.
    { ...workflow, handlers: { run: handlers.run, ...handlers } },
    (handlerName) => (handlerName === "run" ? "workflow" : "shared"),
  );
  for (const [handlerName, handler] of Object.entries(definition.workflow ?? {})) {
    if ((descriptionOf(handler)?.kind === "workflow") !== (handlerName === "run")) {
      refuse(
        placeOf({ kind: "workflow", name }, handlerName),
        "only the handler run can be wrapped with handlers.workflow.workflow, and it with nothing else",
      );
    }
  }
  return definition as unknown as WorkflowDefinition<P, M>;
}
