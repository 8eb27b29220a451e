/** The public surface of the package. */
export type {
  ArgType,
  HandlerReturnType,
  ObjectHandler,
  ObjectSharedHandler,
  RestateContext,
  RestateObjectContext,
  RestateObjectSharedContext,
  RestateWorkflowContext,
  RestateWorkflowSharedContext,
  Service,
  ServiceDefinition,
  ServiceDefinitionFrom,
  ServiceHandler,
  VirtualObject,
  VirtualObjectDefinition,
  VirtualObjectDefinitionFrom,
  Workflow,
  WorkflowDefinition,
  WorkflowDefinitionFrom,
  WorkflowHandler,
  WorkflowSharedHandler,
} from "./definitions.js";
export type {
  Descriptor,
  DescriptorOpts,
  HandlerDescriptor,
  ImplementedDefinition,
  ImplementedObjectDefinition,
  ImplementedServiceDefinition,
  ImplementedWorkflowDefinition,
  InferInput,
  InferOutput,
  ObjectDescriptor,
  SerdeType,
  ServiceDescriptor,
  WorkflowDescriptor,
} from "./descriptors.js";
export { durationToMillis, millisOrDurationToMillis } from "./duration.js";
export type { Duration } from "./duration.js";
export { iface, makeHandlerDescriptor } from "./iface.js";
export type { ServiceInterface } from "./iface.js";
export type { JournalValueCodec } from "./journal-value-codec.js";
export { jsonSerde } from "./json-serde.js";
export type { Serde } from "./serde-types.js";
export { serde } from "./serde-namespace.js";
export { binarySerde } from "./serde.js";
export type { StandardJSONSchemaV1, StandardSchemaV1, StandardTypedV1 } from "./standard-schema.js";
