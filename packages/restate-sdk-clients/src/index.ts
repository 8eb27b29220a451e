/** The public surface of the package. */
export { Opts, SendOpts } from "./call-options.js";
export type { IngressCallOptions, IngressSendOptions } from "./call-options.js";
export type {
  InferArgType,
  IngressClient,
  IngressClientFromDescriptors,
  IngressSendClient,
  IngressSendClientFromDescriptors,
  IngressWorkflowClient,
  Output,
  Send,
  WorkflowSubmission,
} from "./client-types.js";
export { connect } from "./connect.js";
export type { ConnectionOpts } from "./connection-options.js";
export { HttpCallError } from "./http-call-error.js";
export type { IngressErrorBody } from "./http-call-error.js";
export type { Connection, DescribedHandlers, Ingress, ScopedIngress } from "./ingress.js";
export { defaultShouldRetry } from "./retry-policy.js";
export type { RetryFailure, RetryPolicy } from "./retry-policy.js";
export { rpc } from "./namespaces.js";
export { serde } from "@restatedev/restate-sdk-core";
export type {
  Duration,
  JournalValueCodec,
  Serde,
  Service,
  ServiceDefinition,
  ServiceDefinitionFrom,
  VirtualObject,
  VirtualObjectDefinition,
  VirtualObjectDefinitionFrom,
  Workflow,
  WorkflowDefinition,
  WorkflowDefinitionFrom,
} from "@restatedev/restate-sdk-core";
