/** `handlers`: gives a handler its kind and its options, inside the `handlers` of a definition. */
import type {
  ObjectHandlerOpts,
  RemoveVoidArgument,
  ServiceHandlerOpts,
  WorkflowHandlerOpts,
} from "../api/handler.js";
import type { Context } from "../api/context.js";
import type {
  ObjectContext,
  ObjectSharedContext,
  WorkflowContext,
  WorkflowSharedContext,
} from "../api/keyed-context.js";
import type { TypedState, UntypedState } from "../api/state.js";
import { describeHandler, type HandlerFunction, type HandlerKind } from "./handler-description.js";
import { refuse } from "./validate.js";

/** The type of {@link handlers}. Its functions need no `this`, so they can be passed around. */
interface Handlers {
  /**
   * A handler of a service, with options.
   *
   * @param opts see {@link ServiceHandlerOpts}
   * @param fn the handler
   */
  handler: <O, I = void>(
    opts: ServiceHandlerOpts<I, O>,
    fn: (ctx: Context, input: I) => Promise<O>,
  ) => RemoveVoidArgument<typeof fn>;

  /** Handlers of workflows. */
  workflow: {
    /**
     * The `run` handler of a workflow, which runs once for a key. A plain function named `run` is one already; this is
     * for its options.
     */
    workflow: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: WorkflowHandlerOpts<I, O>,
        fn: (ctx: WorkflowContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: WorkflowContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
    /**
     * A handler of a workflow that runs any number of times, also while `run` does, and only reads state. A plain
     * function with another name than `run` is one already; this is for its options.
     */
    shared: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: WorkflowHandlerOpts<I, O>,
        fn: (ctx: WorkflowSharedContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: WorkflowSharedContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
  };

  /** Handlers of virtual objects. */
  object: {
    /**
     * A handler of a virtual object that may write state; for one key they run one at a time. A plain function is one
     * already; this is for its options.
     */
    exclusive: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: ObjectHandlerOpts<I, O>,
        fn: (ctx: ObjectContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: ObjectContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
    /** A handler of a virtual object that only reads state, and so runs concurrently with the others of its key. */
    shared: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: ObjectHandlerOpts<I, O>,
        fn: (ctx: ObjectSharedContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: ObjectSharedContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
  };
}

// Each a value of its own, since bundlers keep what is read from an object when it is loaded.
export const serviceHandler: Handlers["handler"] = /* @__PURE__ */ wrapperFor(
  "service",
  "handlers.handler",
);
export const workflowHandler: Handlers["workflow"]["workflow"] = /* @__PURE__ */ wrapperFor(
  "workflow",
  "handlers.workflow.workflow",
);
export const workflowSharedHandler: Handlers["workflow"]["shared"] = /* @__PURE__ */ wrapperFor(
  "shared",
  "handlers.workflow.shared",
);
export const objectHandler: Handlers["object"]["exclusive"] = /* @__PURE__ */ wrapperFor(
  "exclusive",
  "handlers.object.exclusive",
);
export const objectSharedHandler: Handlers["object"]["shared"] = /* @__PURE__ */ wrapperFor(
  "shared",
  "handlers.object.shared",
);

/**
 * Wraps handlers that need options or are not of their definition's default kind. What is returned can still be called
 * like the function that was passed.
 *
 * @example
 * ```ts
 * const counter = object({
 *   name: "counter",
 *   handlers: {
 *     add: handlers.object.exclusive(
 *       { input: serde.schema(z.number()), inactivityTimeout: { minutes: 5 } },
 *       async (ctx, amount) => ctx.set("count", ((await ctx.get<number>("count")) ?? 0) + amount),
 *     ),
 *     get: handlers.object.shared(async (ctx) => ctx.get<number>("count")),
 *   },
 * });
 * ```
 */
export const handlers: Handlers = {
  handler: serviceHandler,
  workflow: { workflow: workflowHandler, shared: workflowSharedHandler },
  object: { exclusive: objectHandler, shared: objectSharedHandler },
};

function wrapperFor(kind: HandlerKind, caller: string) {
  return (options: unknown, handler?: unknown): never => {
    const [used, wrapped] =
      typeof options === "function" ? [undefined, options] : [options, handler];
    if (typeof wrapped !== "function") {
      refuse(caller, `the handler must be a function, but is ${typeof wrapped}`);
    }
    return describeHandler({
      kind,
      handler: wrapped as HandlerFunction,
      options: used ?? undefined,
    }) as never;
  };
}
