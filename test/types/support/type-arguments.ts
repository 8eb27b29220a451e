/** With which type arguments the generic types of the public surface are compared. */

/** `$` stands for the package that is compared, so that the arguments are its own types. */
const handlers =
  "{ greet: (ctx: $.RestateContext, name: string) => Promise<number>; ping: (ctx: $.RestateContext) => Promise<void> }";
const descriptors =
  "{ run: $.HandlerDescriptor<string, number, false>; peek: $.HandlerDescriptor<void, Date, true> }";
const clientHandlers =
  "{ run: (ctx: unknown, by: number) => Promise<string>; peek: (ctx: unknown) => Promise<void>; name: string }";
const clientDescriptors = descriptors.replaceAll("$", 'import("ours:core")');
const state = "{ count: number; name: string }";
const value = "{ id: number }";
const serviceHandlers =
  "{ greet: (ctx: $.Context, name: string) => Promise<number>; ping: (ctx: $.Context) => Promise<void> }";
const objectHandlers =
  "{ add: (ctx: $.ObjectContext, by: number) => Promise<number>; peek: (ctx: $.ObjectSharedContext) => Promise<void> }";
const workflowHandlers =
  "{ run: (ctx: $.WorkflowContext, by: number) => Promise<number>; peek: (ctx: $.WorkflowSharedContext) => Promise<void> }";
const serde = `$.Serde<${value}>`;

/** One or more lists of type arguments for every generic type. */
export const typeArguments: Readonly<Record<string, readonly string[]>> = {
  ArgType: [
    "(ctx: $.RestateContext, name: string) => Promise<number>",
    "(ctx: $.RestateContext) => Promise<number>",
  ],
  Client: [handlers],
  ClientCallOptions: [`${value}, string`],
  ClientFromDescriptors: [descriptors],
  ClientSendOptions: [value],
  CombineablePromise: [value],
  Descriptor: [`"name", ${descriptors}, "object"`],
  DurablePromise: [value],
  FnOf: ["$.Context, string, number", "$.Context, void, number"],
  GenericCall: [`${value}, string`],
  GenericSend: [value],
  HandlerDescriptor: [`${value}, string, true`],
  HandlerReturnType: ["(ctx: $.RestateContext, name: string) => Promise<number>"],
  ImplementedDefinition: [`"name", ${descriptors}, "workflow"`],
  ImplementedObjectDefinition: [`"name", ${descriptors}`],
  ImplementedServiceDefinition: [`"name", ${descriptors}`],
  ImplementedWorkflowDefinition: [`"name", ${descriptors}`],
  InferArg: ["[string, number]", "[]"],
  InferArgType: ["[string, number]", "[]"],
  InferInput: ["$.HandlerDescriptor<string, number, false>", "string"],
  InferOutput: ["$.HandlerDescriptor<string, number, false>", "string"],
  IngressCallOptions: [`${value}, string`],
  IngressClient: [clientHandlers],
  IngressClientFromDescriptors: [clientDescriptors],
  IngressSendClient: [clientHandlers],
  IngressSendClientFromDescriptors: [clientDescriptors],
  IngressSendOptions: [value],
  IngressWorkflowClient: [clientHandlers],
  InvocationPromise: [value],
  KeyValueStore: [state, "$.UntypedState"],
  ObjectContext: [state, "$.UntypedState"],
  ObjectDescriptor: [`"name", ${descriptors}`],
  ObjectHandler: ["(ctx: $.RestateObjectContext, by: number) => Promise<number>", "string"],
  ObjectHandlerOpts: [`${value}, string`],
  ObjectImplHandlers: [descriptors],
  ObjectOpts: [objectHandlers],
  ObjectSharedContext: [state, "$.UntypedState"],
  ObjectSharedHandler: ["(ctx: $.RestateObjectSharedContext) => Promise<number>", "string"],
  Opts: [`${value}, string`],
  Output: [value],
  RemoveVoidArgument: [
    "(ctx: $.Context, input: void) => Promise<number>",
    "(ctx: $.Context, input: string) => Promise<number>",
  ],
  RestateEndpointBase: [value],
  RestatePromise: [value],
  RunAction: [value],
  RunOptions: [value],
  Send: [value],
  SendClient: [handlers],
  SendClientFromDescriptors: [descriptors],
  SendOpts: [value],
  Serde: [value],
  SerdeType: [serde, "string"],
  Service: [`$.ServiceDefinition<"name", ${handlers}>`, handlers],
  ServiceDefinition: [`"name", ${handlers}`],
  ServiceDefinitionFrom: [`$.ServiceDefinition<"name", ${handlers}>`, handlers],
  ServiceDescriptor: [`"name", ${descriptors}`],
  ServiceHandler: ["(ctx: $.RestateContext, by: number) => Promise<number>", "string"],
  ServiceHandlerOpts: [`${value}, string`],
  ServiceImplHandlers: [descriptors],
  ServiceOpts: [serviceHandlers],
  SignalReference: [value],
  StateProxy: [state, "$.UntypedState"],
  StandardJSONSchemaV1: [`string, ${value}`],
  StandardSchemaV1: [`string, ${value}`],
  StandardTypedV1: [`string, ${value}`],
  VirtualObject: [`$.VirtualObjectDefinition<"name", ${handlers}>`, handlers],
  VirtualObjectDefinition: [`"name", ${handlers}`],
  VirtualObjectDefinitionFrom: [`$.VirtualObjectDefinition<"name", ${handlers}>`, handlers],
  Workflow: [`$.WorkflowDefinition<"name", ${handlers}>`, handlers],
  WorkflowContext: [state, "$.UntypedState"],
  WorkflowDefinition: [`"name", ${handlers}`],
  WorkflowDefinitionFrom: [`$.WorkflowDefinition<"name", ${handlers}>`, handlers],
  WorkflowDescriptor: [`"name", ${descriptors}`],
  WorkflowHandler: ["(ctx: $.RestateWorkflowContext, by: number) => Promise<number>", "string"],
  WorkflowHandlerOpts: [`${value}, string`],
  WorkflowImplHandlers: [descriptors],
  WorkflowOpts: [workflowHandlers],
  WorkflowSubmission: [value],
  WorkflowSharedContext: [state, "$.UntypedState"],
  WorkflowSharedHandler: ["(ctx: $.RestateWorkflowSharedContext) => Promise<number>", "string"],
};
