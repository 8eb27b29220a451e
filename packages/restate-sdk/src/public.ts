/** The exports that the entry points for all platforms share. */
export type {
  Descriptor,
  DescriptorOpts,
  Duration,
  HandlerDescriptor,
  ImplementedDefinition,
  ImplementedObjectDefinition,
  ImplementedServiceDefinition,
  ImplementedWorkflowDefinition,
  InferInput,
  InferOutput,
  JournalValueCodec,
  ObjectDescriptor,
  ObjectHandler,
  RestateContext,
  RestateObjectContext,
  RestateObjectSharedContext,
  RestateWorkflowContext,
  RestateWorkflowSharedContext,
  Serde,
  Service,
  ServiceDefinition,
  ServiceDefinitionFrom,
  ServiceDescriptor,
  ServiceHandler,
  ServiceInterface,
  VirtualObject,
  VirtualObjectDefinition,
  VirtualObjectDefinitionFrom,
  Workflow,
  WorkflowDefinition,
  WorkflowDefinitionFrom,
  WorkflowDescriptor,
  WorkflowHandler,
  WorkflowSharedHandler,
} from "@restatedev/restate-sdk-core";
export { iface, serde } from "@restatedev/restate-sdk-core";

export type {
  Client,
  ClientCallOptions,
  ClientFromDescriptors,
  ClientSendOptions,
  GenericCall,
  GenericSend,
  InferArg,
  SendClient,
  SendClientFromDescriptors,
} from "./api/calls.js";
export type { ContextClients, ScopedContext } from "./api/clients.js";
export type { Context, ContextDate, Rand } from "./api/context.js";
export type { EndpointOptions, RestateEndpointBase } from "./api/endpoint.js";
export type {
  FnOf,
  ObjectHandlerOpts,
  ObjectImplHandlers,
  ObjectOpts,
  ObjectPerHandlerOpts,
  RemoveVoidArgument,
  ServiceHandlerOpts,
  ServiceImplHandlers,
  ServiceOpts,
  ServicePerHandlerOpts,
  WorkflowHandlerOpts,
  WorkflowImplHandlers,
  WorkflowOpts,
  WorkflowPerHandlerOpts,
} from "./api/handler.js";
export type { Hooks, HooksProvider, Interceptor } from "./api/hooks.js";
export type { InvocationId } from "./api/invocation-id.js";
export { InvocationIdParser } from "./api/invocation-id.js";
export type {
  ObjectContext,
  ObjectSharedContext,
  WorkflowContext,
  WorkflowSharedContext,
} from "./api/keyed-context.js";
export type { LogMetadata, LoggerTransport } from "./api/logger.js";
export { LoggerContext, LogSource, RestateLogLevel } from "./api/logger.js";
export type { RestateEndpoint } from "./api/node-endpoint.js";
export type {
  DefaultServiceOptions,
  ObjectOptions,
  RetryPolicy,
  ServiceOptions,
  WorkflowOptions,
} from "./api/options.js";
export type {
  Completed,
  DurablePromise,
  InvocationHandle,
  InvocationPromise,
  RestatePromiseConstructor,
  RestatePromiseMethods,
  RestatePromises,
  Selected,
} from "./api/promise.js";
export type { Request, Target } from "./api/request.js";
export type { AbortableRunAction, RunAction, RunActionOptions, RunOptions } from "./api/run.js";
export type { InvocationReference, SignalReference } from "./api/signals.js";
export type { KeyValueStore, TypedState, UntypedState } from "./api/state.js";

export { Opts, SendOpts } from "./define/call-options.js";
export { implement } from "./define/implement.js";
export { handlers, rpc } from "./define/namespaces.js";
export { object } from "./define/object.js";
export { service } from "./define/service.js";
export { workflow } from "./define/workflow.js";

export type { RestateErrorOptions } from "./errors/restate-error.js";
export { RestateError } from "./errors/restate-error.js";
export type { RetryableErrorOptions } from "./errors/retry-errors.js";
export { PauseError, RetryableError } from "./errors/retry-errors.js";
export type { TerminalErrorOptions } from "./errors/terminal-error.js";
export { CancelledError, TerminalError, TimeoutError } from "./errors/terminal-error.js";

export { isRestatePromise, RestatePromise } from "./futures/restate-promise.js";
