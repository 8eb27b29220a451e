/** Handlers: their options, and the shapes that the handlers of a definition must have. */
import type {
  HandlerDescriptor,
  InferInput,
  InferOutput,
  ObjectHandler,
  Serde,
  ServiceHandler,
  WorkflowHandler,
  WorkflowSharedHandler,
} from "@restatedev/restate-sdk-core";
import type { Context } from "./context.js";
import type {
  ObjectContext,
  ObjectSharedContext,
  WorkflowContext,
  WorkflowSharedContext,
} from "./keyed-context.js";
import type { ServiceOptions, StateOptions } from "./options.js";

/**
 * Stands for a type that is inferred from the user's handlers, whose variance rules out `unknown`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Inferred = any;

/**
 * Options of a service's handler: those of a service, which they override, and how values are
 * encoded.
 */
export type ServiceHandlerOpts<I, O> = ServiceOptions & {
  /**
   * Content types the ingress accepts for this handler, with wildcards, for example
   * `application/*`. Says nothing about how the input is decoded. Default: the content type of
   * `input`.
   */
  accept?: string;
  /**
   * How the input is decoded. Default: the service's serde (JSON). With `serde.binary` the handler
   * gets bytes.
   */
  input?: Serde<I>;
  /**
   * How the result is encoded. Default: the service's serde (JSON). With `serde.binary` the handler
   * returns bytes.
   */
  output?: Serde<O>;
  /**
   * Sends the content type of `output` with an empty result as well, for formats in which zero
   * bytes are a value, such as Protobuf. Default: false.
   */
  setOutputContentTypeIfEmpty?: boolean;
  /** For people; shown in the UI and in generated API documents. */
  description?: string;
  /** For tools; returned by the admin API. */
  metadata?: Record<string, string>;
};

/** Options of a virtual object's handler. See {@link ServiceHandlerOpts}. */
export type ObjectHandlerOpts<I, O> = ServiceHandlerOpts<I, O> & StateOptions;

/** Options of a workflow's handler. See {@link ServiceHandlerOpts}. */
export type WorkflowHandlerOpts<I, O> = ServiceHandlerOpts<I, O> & StateOptions;

/**
 * The type of a handler, without its input parameter if that is `void`, so that clients call it
 * without an argument.
 */
export type RemoveVoidArgument<F> = F extends (ctx: infer C, arg: infer A) => infer R
  ? A extends void
    ? (ctx: C) => R
    : F
  : F;

/**
 * What `handlers` of a service may hold: functions of a `Context` and one input, returning a
 * promise.
 */
export type ServiceOpts<U> = {
  [K in keyof U]: U[K] extends ServiceHandler<U[K], Context> ? U[K] : ServiceHandler<U[K], Context>;
};

/**
 * What `handlers` of a virtual object may hold: functions of an `ObjectContext` or
 * `ObjectSharedContext`.
 */
export type ObjectOpts<U> = {
  [K in keyof U]: U[K] extends ObjectHandler<U[K], ObjectContext<Inferred>>
    ? U[K]
    : U[K] extends ObjectHandler<U[K], ObjectSharedContext<Inferred>>
      ? U[K]
      : | ObjectHandler<U[K], ObjectContext<Inferred>>
        | ObjectHandler<U[K], ObjectSharedContext<Inferred>>;
};

/**
 * What `handlers` of a workflow may hold: `run`, a function of a `WorkflowContext`, and any number
 * of others, functions of a `WorkflowSharedContext`, except under the names that the clients use
 * themselves. Where a handler does not fit, its type is a string that says why, so that the
 * compiler's message does.
 */
export type WorkflowOpts<U> = {
  run: (ctx: WorkflowContext<Inferred>, argument: Inferred) => Promise<Inferred>;
} & {
  [K in keyof U]: K extends "workflowSubmit" | "workflowAttach" | "workflowOutput"
    ? `a workflow's handler cannot be called ${K}: its clients have a method of that name`
    : K extends "run"
      ? U[K] extends WorkflowHandler<U[K], WorkflowContext<Inferred>>
        ? U[K]
        : "the handler 'run' has to be a function of a WorkflowContext that returns a Promise"
      : U[K] extends WorkflowSharedHandler<U[K], WorkflowSharedContext<Inferred>>
        ? U[K]
        : "handlers but 'run' have to be functions of a WorkflowSharedContext that return a Promise";
};

/** @internal A handler with context `C`; without the input parameter if `I` is `void`. */

export type FnOf<C, I, O> = [I] extends [void]
  ? (ctx: C) => Promise<O>
  : (ctx: C, input: I) => Promise<O>;

/** @internal The implementation of a service interface. */
export type ServiceImplHandlers<H extends Record<string, HandlerDescriptor>> = {
  [K in keyof H]: FnOf<Context, InferInput<H[K]>, InferOutput<H[K]>>;
};

/**
 * @internal The implementation of a virtual object interface: shared handlers get the shared
 * context.
 */
export type ObjectImplHandlers<H extends Record<string, HandlerDescriptor>> = {
  [K in keyof H]: H[K] extends HandlerDescriptor<Inferred, Inferred, infer Shared>
    ? FnOf<
        Shared extends true ? ObjectSharedContext : ObjectContext,
        InferInput<H[K]>,
        InferOutput<H[K]>
      >
    : never;
};

/** @internal The implementation of a workflow interface: only `run` gets the exclusive context. */
export type WorkflowImplHandlers<H extends Record<string, HandlerDescriptor>> = {
  [K in keyof H]: K extends "run"
    ? FnOf<WorkflowContext, InferInput<H[K]>, InferOutput<H[K]>>
    : FnOf<WorkflowSharedContext, InferInput<H[K]>, InferOutput<H[K]>>;
};

/** @internal Options of one handler of an interface, which brings its serdes itself. */
export type ServicePerHandlerOpts = Omit<ServiceHandlerOpts<unknown, unknown>, "input" | "output">;

/** @internal See {@link ServicePerHandlerOpts}. */
export type ObjectPerHandlerOpts = Omit<ObjectHandlerOpts<unknown, unknown>, "input" | "output">;

/** @internal See {@link ServicePerHandlerOpts}. */
export type WorkflowPerHandlerOpts = Omit<
  WorkflowHandlerOpts<unknown, unknown>,
  "input" | "output"
>;
