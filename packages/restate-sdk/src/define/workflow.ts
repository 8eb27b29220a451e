/** `workflow`: defines a workflow. */
import type { WorkflowDefinition } from "@restatedev/restate-sdk-core";
import type { WorkflowOpts } from "../api/handler.js";
import type { WorkflowOptions } from "../api/options.js";
import { buildDefinition, type KindRule } from "./definition.js";

const RUN: KindRule = {
  defaultKind: "workflow",
  refuse: (kind) =>
    kind === "workflow"
      ? undefined
      : "the handler run can only be wrapped with handlers.workflow.workflow",
};

const OTHER: KindRule = {
  defaultKind: "shared",
  refuse: (kind) =>
    kind === "workflow"
      ? "only the handler run can be wrapped with handlers.workflow.workflow; use handlers.workflow.shared"
      : undefined,
};

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
  return buildDefinition("workflow", workflow, (name) =>
    name === "run" ? RUN : OTHER,
  ) as unknown as WorkflowDefinition<P, M>;
}
