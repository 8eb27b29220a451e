/**
 * What a service, virtual object or workflow looks like to the type checker, on the server and for
 * its clients.
 */

/** Marks the context of service handlers. */
// Empty, so that packages shared with clients can name a context without depending on the SDK.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface RestateContext {}

/**
 * Marks the context of virtual object handlers that may write state, which run one at a time for a
 * key.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface RestateObjectContext {}

/** Marks the context of virtual object handlers that only read state and run concurrently. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface RestateObjectSharedContext {}

/** Marks the context of workflow handlers other than `run`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface RestateWorkflowSharedContext extends RestateObjectSharedContext {}

/** Marks the context of a workflow's `run` handler. */
export interface RestateWorkflowContext
  extends RestateObjectContext, RestateWorkflowSharedContext {}

/**
 * Stands for a type that is inferred from the user's code. `unknown` and `never` would not do: a
 * handler type has to accept functions with any parameter and any result.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Inferred = any;

/** The input type of a handler; `void` for a handler without input. */
export type ArgType<T> = T extends (ctx: Inferred) => Inferred
  ? void
  : T extends (ctx: Inferred, input: infer I) => Inferred
    ? I
    : never;

/** The type a handler's promise resolves to. */
export type HandlerReturnType<T> = T extends (ctx: Inferred, input: Inferred) => Promise<infer R>
  ? R
  : never;

/** `F` if it is a service handler, else the shape a service handler must have. */
export type ServiceHandler<F, C = RestateContext> = F extends (ctx: C) => Promise<Inferred>
  ? F
  : F extends (ctx: C, input: Inferred) => Promise<Inferred>
    ? F
    : (ctx: C, input?: Inferred) => Promise<Inferred>;

/**
 * A service by name, and to the type checker by its handlers `M`. At run time the name is enough: a
 * client may be created from `{ name: "greeter" }` and the type of the service alone.
 */
export type ServiceDefinition<P extends string, M> = {
  name: P;
  /**
   * @internal Never set: it lets {@link Service} find the handlers again, under any alias. A method, since parameters
   * of methods are compared in both directions: a definition of handlers that take a `T` is one of handlers that take
   * anything, as it is for the official package.
   */
  "~service"?(handlers: M): void;
};

/**
 * The handlers of a service definition; a type that is no definition is taken for the handlers
 * themselves.
 */
export type Service<M> = M extends ServiceDefinition<string, infer S> ? S : M;

/** The definition for a type that is either a definition or the handlers themselves. */
export type ServiceDefinitionFrom<M> =
  M extends ServiceDefinition<string, unknown> ? M : ServiceDefinition<string, M>;

/**
 * `F` if it is a shared (read-only) handler of a virtual object, else the shape such a handler must
 * have.
 */
export type ObjectSharedHandler<F, SC = RestateObjectSharedContext> = F extends (
  ctx: SC,
  param: Inferred,
) => Promise<Inferred>
  ? F
  : F extends (ctx: SC) => Promise<Inferred>
    ? F
    : (ctx: SC, param?: Inferred) => Promise<Inferred>;

/**
 * `F` if it is an exclusive handler of a virtual object, else the shape such a handler must have.
 */
export type ObjectHandler<F, C = RestateObjectContext> = F extends (
  ctx: C,
  param: Inferred,
) => Promise<Inferred>
  ? F
  : F extends (ctx: C) => Promise<Inferred>
    ? F
    : (ctx: C, param?: Inferred) => Promise<Inferred>;

/** A virtual object by name and handlers; see {@link ServiceDefinition}. */
export type VirtualObjectDefinition<P extends string, M> = {
  name: P;
  /** @internal Never set; see {@link ServiceDefinition}. */
  "~object"?(handlers: M): void;
};

/** The handlers of a virtual object definition; see {@link Service}. */
export type VirtualObject<M> = M extends VirtualObjectDefinition<string, infer O> ? O : M;

/**
 * The virtual object definition for a definition or its handlers; see {@link
 * ServiceDefinitionFrom}.
 */
export type VirtualObjectDefinitionFrom<M> =
  M extends VirtualObjectDefinition<string, unknown> ? M : VirtualObjectDefinition<string, M>;

/** `F` if it is a workflow handler other than `run`, else the shape such a handler must have. */
export type WorkflowSharedHandler<F, SC = RestateWorkflowSharedContext> = F extends (
  ctx: SC,
  param: Inferred,
) => Promise<Inferred>
  ? F
  : F extends (ctx: SC) => Promise<Inferred>
    ? F
    : (ctx: SC, param?: Inferred) => Promise<Inferred>;

/** `F` if it is a workflow's `run` handler, else the shape that handler must have. */
export type WorkflowHandler<F, C = RestateWorkflowContext> = F extends (
  ctx: C,
  param: Inferred,
) => Promise<Inferred>
  ? F
  : F extends (ctx: C) => Promise<Inferred>
    ? F
    : (ctx: C, param?: Inferred) => Promise<Inferred>;

/** A workflow by name and handlers; see {@link ServiceDefinition}. */
export type WorkflowDefinition<P extends string, M> = {
  name: P;
  /** @internal Never set; see {@link ServiceDefinition}. */
  "~workflow"?(handlers: M): void;
};

/** The handlers of a workflow definition; see {@link Service}. */
export type Workflow<M> = M extends WorkflowDefinition<string, infer W> ? W : M;

/** The workflow definition for a definition or its handlers; see {@link ServiceDefinitionFrom}. */
export type WorkflowDefinitionFrom<M> =
  M extends WorkflowDefinition<string, unknown> ? M : WorkflowDefinition<string, M>;
