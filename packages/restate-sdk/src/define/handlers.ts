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

/** Its functions need no `this`, so they can be passed around. */
export interface Handlers {
  handler: <O, I = void>(
    opts: ServiceHandlerOpts<I, O>,
    fn: (ctx: Context, input: I) => Promise<O>,
  ) => RemoveVoidArgument<typeof fn>;
  workflow: {
    workflow: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: WorkflowHandlerOpts<I, O>,
        fn: (ctx: WorkflowContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: WorkflowContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
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
  object: {
    exclusive: {
      <O, I = void, TState extends TypedState = UntypedState>(
        opts: ObjectHandlerOpts<I, O>,
        fn: (ctx: ObjectContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
      <O, I = void, TState extends TypedState = UntypedState>(
        fn: (ctx: ObjectContext<TState>, input: I) => Promise<O>,
      ): RemoveVoidArgument<typeof fn>;
    };
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

/** What {@link handlers} is at run time; `namespaces.ts` is what the compiler sees of it. */
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
