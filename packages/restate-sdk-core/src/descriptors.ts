/** The types of service interfaces: contracts that exist at run time without an implementation. */
import type {
  ServiceDefinition,
  VirtualObjectDefinition,
  WorkflowDefinition,
} from "./definitions.js";
import type { Serde } from "./serde-types.js";

/** Stands for the types of a handler nobody looks at, in both positions. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Unspecified = any;

/** Documentation of a service interface or of one of its handlers, published in discovery. */
export type DescriptorOpts = {
  /** For people; shown in the UI and in generated API documents. */
  description?: string;
  /** For tools; returned by the admin API. */
  metadata?: Record<string, string>;
};

/**
 * One handler of a service interface. Made by `makeHandlerDescriptor` and `iface`, read by
 * `implement` and the clients; the fields are internal, but fixed, because descriptors cross
 * package versions.
 */
export type HandlerDescriptor<
  I = Unspecified,
  O = Unspecified,
  Shared extends boolean = boolean,
> = {
  readonly _inputSerde?: Serde<I>;
  readonly _outputSerde?: Serde<O>;
  /** @internal Whether the handler of a virtual object runs concurrently, without writing state. */
  readonly _shared?: Shared;
  /** @internal */
  readonly _description?: string;
  /** @internal */
  readonly _metadata?: Record<string, string>;
};

/** The input type of a handler descriptor. */
export type InferInput<D> =
  D extends HandlerDescriptor<infer I, Unspecified, Unspecified> ? I : Unspecified;

/** The output type of a handler descriptor. */
export type InferOutput<D> =
  D extends HandlerDescriptor<Unspecified, infer O, Unspecified> ? O : Unspecified;

/** The type of the values a serde handles. */
export type SerdeType<S> = S extends Serde<infer T> ? T : never;

/**
 * A service interface: name, kind and handlers. Fields other than `name` are internal; see {@link
 * HandlerDescriptor}.
 */
export type Descriptor<
  P extends string = string,
  H extends Record<string, HandlerDescriptor> = Record<string, HandlerDescriptor>,
  Kind extends "service" | "object" | "workflow" = "service" | "object" | "workflow",
> = {
  readonly name: P;
  readonly _kind: Kind;
  readonly _handlers: H;
  /** @internal */
  readonly _description?: string;
  /** @internal */
  readonly _metadata?: Record<string, string>;
};

export type ServiceDescriptor<
  P extends string = string,
  H extends Record<string, HandlerDescriptor> = Record<string, HandlerDescriptor>,
> = Descriptor<P, H, "service">;

export type ObjectDescriptor<
  P extends string = string,
  H extends Record<string, HandlerDescriptor> = Record<string, HandlerDescriptor>,
> = Descriptor<P, H, "object">;

export type WorkflowDescriptor<
  P extends string = string,
  H extends Record<string, HandlerDescriptor> = Record<string, HandlerDescriptor>,
> = Descriptor<P, H, "workflow">;

/**
 * A service interface with its implementation: it can be bound to an endpoint and passed to
 * clients.
 */
export type ImplementedServiceDefinition<
  P extends string,
  H extends Record<string, HandlerDescriptor>,
> = ServiceDefinition<P, Unspecified> & ServiceDescriptor<P, H>;

/** See {@link ImplementedServiceDefinition}. */
export type ImplementedObjectDefinition<
  P extends string,
  H extends Record<string, HandlerDescriptor>,
> = VirtualObjectDefinition<P, Unspecified> & ObjectDescriptor<P, H>;

/** See {@link ImplementedServiceDefinition}. */
export type ImplementedWorkflowDefinition<
  P extends string,
  H extends Record<string, HandlerDescriptor>,
> = WorkflowDefinition<P, Unspecified> & WorkflowDescriptor<P, H>;

/** See {@link ImplementedServiceDefinition}. */
export type ImplementedDefinition<
  P extends string,
  H extends Record<string, HandlerDescriptor>,
  Kind extends "service" | "object" | "workflow",
> = Kind extends "service"
  ? ImplementedServiceDefinition<P, H>
  : Kind extends "object"
    ? ImplementedObjectDefinition<P, H>
    : ImplementedWorkflowDefinition<P, H>;
