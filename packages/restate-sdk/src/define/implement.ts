/** `implement`: turns a service interface into a definition that can be served. */
import type {
  HandlerDescriptor,
  ObjectDescriptor,
  ServiceDefinition,
  ServiceDescriptor,
  VirtualObjectDefinition,
  WorkflowDefinition,
  WorkflowDescriptor,
} from "@restatedev/restate-sdk-core";
import type {
  ObjectImplHandlers,
  ObjectPerHandlerOpts,
  ServiceImplHandlers,
  ServicePerHandlerOpts,
  WorkflowImplHandlers,
  WorkflowPerHandlerOpts,
} from "../api/handler.js";
import type {
  DefaultServiceOptions,
  ObjectOptions,
  ServiceOptions,
  WorkflowOptions,
} from "../api/options.js";
import type { DefinitionConfig, DefinitionKind } from "./definition.js";
import {
  describeHandler,
  type HandlerFunction,
  type HandlerKind,
  type HandlerOptions,
} from "./handler-description.js";
import { object } from "./object.js";
import { service } from "./service.js";
import { placeOf, refuse } from "./validate.js";
import { workflow } from "./workflow.js";

/** An implementation of handlers `H`, with options for the service and, under `options.handlers`, for its handlers. */
interface Implementation<THandlers, TOptions, TKeys extends PropertyKey, TPerHandler> {
  handlers: THandlers;
  /** Default: what the interface says. */
  description?: string;
  /** Default: what the interface says. */
  metadata?: Record<string, string>;
  options?: TOptions & { handlers?: Partial<Record<TKeys, TPerHandler>> };
}

/**
 * Implements a service interface made with `iface`. The handlers get their types, serdes and kinds from the interface;
 * the result is bound to an endpoint like any definition, and clients may be given it in place of the interface.
 *
 * @throws TypeError if a handler is missing, and for options that mean nothing
 *
 * @example
 * ```ts
 * const greeter = iface.service("greeter", { greet: iface.json<string, string>() });
 *
 * const greeterService = implement(greeter, {
 *   handlers: { greet: async (ctx, name) => `Hello ${name}` },
 *   options: { handlers: { greet: { inactivityTimeout: { minutes: 5 } } } },
 * });
 * ```
 */
export function implement<P extends string, H extends Record<string, HandlerDescriptor>>(
  serviceInterface: ServiceDescriptor<P, H>,
  config: Implementation<ServiceImplHandlers<H>, ServiceOptions, keyof H, ServicePerHandlerOpts>,
): ServiceDefinition<P, ServiceImplHandlers<H>> & ServiceDescriptor<P, H>;
export function implement<P extends string, H extends Record<string, HandlerDescriptor>>(
  objectInterface: ObjectDescriptor<P, H>,
  config: Implementation<ObjectImplHandlers<H>, ObjectOptions, keyof H, ObjectPerHandlerOpts>,
): VirtualObjectDefinition<P, ObjectImplHandlers<H>> & ObjectDescriptor<P, H>;
export function implement<P extends string, H extends Record<string, HandlerDescriptor>>(
  workflowInterface: WorkflowDescriptor<P, H>,
  config: Implementation<WorkflowImplHandlers<H>, WorkflowOptions, keyof H, WorkflowPerHandlerOpts>,
): WorkflowDefinition<P, WorkflowImplHandlers<H>> & WorkflowDescriptor<P, H>;
export function implement(
  contract: Contract,
  config: Implementation<object, DefaultServiceOptions, string, HandlerOptions>,
): unknown {
  const { handlers: perHandler = {}, ...options } = config.options ?? {};
  const implementations: Readonly<Record<string, unknown>> = { ...config.handlers };
  const definition = BUILDERS[contract._kind]({
    name: contract.name,
    handlers: Object.fromEntries(
      Object.entries(contract._handlers).map(([name, descriptor]) => [
        name,
        describeHandler({
          kind: kindOf(contract._kind, name, descriptor),
          handler: requireHandler(contract, name, implementations[name]),
          options: optionsOf(descriptor, perHandler[name]),
        }),
      ]),
    ),
    description: config.description ?? contract._description,
    metadata: config.metadata ?? contract._metadata,
    options,
  });
  return {
    ...definition,
    // The caller's own descriptors, so that a client sees the same with the interface and with its implementation.
    _handlers: contract._handlers,
  };
}

/** They take what users pass; types that fit any interface would say no more. */
const BUILDERS = { service, object, workflow } as unknown as Readonly<
  Record<DefinitionKind, (config: DefinitionConfig) => object>
>;

/** Any service interface. */
interface Contract {
  readonly name: string;
  readonly _kind: DefinitionKind;
  readonly _handlers: Record<string, HandlerDescriptor>;
  readonly _description?: string;
  readonly _metadata?: Record<string, string>;
}

function kindOf(kind: DefinitionKind, name: string, { _shared }: HandlerDescriptor): HandlerKind {
  switch (kind) {
    case "service":
      return "service";
    case "object":
      return _shared === true ? "shared" : "exclusive";
    case "workflow":
      return name === "run" ? "workflow" : "shared";
  }
}

function requireHandler(
  { _kind: kind, name }: Contract,
  handlerName: string,
  handler: unknown,
): HandlerFunction {
  if (typeof handler === "function") return handler as HandlerFunction;
  return refuse(
    placeOf({ kind, name }, handlerName),
    "its implementation is missing in implement()",
  );
}

function optionsOf(
  descriptor: HandlerDescriptor,
  options: HandlerOptions | undefined,
): HandlerOptions {
  const declared = {
    input: descriptor._inputSerde,
    output: descriptor._outputSerde,
    description: descriptor._description,
    metadata: descriptor._metadata,
  };
  return { ...declared, ...options } as HandlerOptions;
}
