/** The public surface of the package. */
export { RestateTestEnvironment } from "./environment.js";
export type {
  ServiceEndpointAccess,
  TestEnvironmentOptions,
  TestEnvironmentRuntime,
  TestEnvironmentStorage,
} from "./options.js";
export { RestateContainer } from "./restate-container.js";
export { StateProxy } from "./state-proxy.js";

/* What the types above speak of, so that declarations which use them need no other import. */
export type {
  DefaultServiceOptions,
  Duration,
  EndpointOptions,
  Hooks,
  HooksProvider,
  Interceptor,
  InvocationId,
  JournalValueCodec,
  LoggerContext,
  LoggerTransport,
  LogMetadata,
  LogSource,
  ObjectOptions,
  Request,
  RestateEndpoint,
  RestateEndpointBase,
  RestateError,
  RestateLogLevel,
  RetryPolicy,
  Serde,
  ServiceDefinition,
  ServiceOptions,
  Target,
  TerminalError,
  TypedState,
  UntypedState,
  VirtualObjectDefinition,
  WorkflowDefinition,
  WorkflowOptions,
} from "@restatedev/restate-sdk";
