/** The typed clients a context offers. */
import type {
  HandlerDescriptor,
  ObjectDescriptor,
  Service,
  ServiceDefinitionFrom,
  ServiceDescriptor,
  VirtualObject,
  VirtualObjectDefinitionFrom,
  Workflow,
  WorkflowDefinitionFrom,
  WorkflowDescriptor,
} from "@restatedev/restate-sdk-core";
import type {
  Client,
  ClientFromDescriptors,
  SendClient,
  SendClientFromDescriptors,
} from "./calls.js";

/**
 * Clients for the handlers of other services. Creating one costs and journals nothing; calling its
 * methods does.
 *
 * Whether a handler is called or sent to, the request goes through Restate and reaches the callee
 * exactly once, however often the caller is retried.
 *
 * The target is the definition made by `service`, `object` or `workflow`, or `{ name }` with the
 * definition's type, so that the caller does not have to import the callee's code.
 */
export interface ContextClients {
  /**
   * Calls handlers of a service and waits for their results.
   *
   * @example
   * ```ts
   * const greeting = await ctx.serviceClient(greeter).greet("Ada");
   *
   * // Without importing the callee's code:
   * const other = await ctx.serviceClient<typeof greeter>({ name: "greeter" }).greet("Ada");
   * ```
   */
  serviceClient<D>(opts: ServiceDefinitionFrom<D>): Client<Service<D>>;

  /** Calls handlers of the virtual object with the given key. See {@link serviceClient}. */
  objectClient<D>(opts: VirtualObjectDefinitionFrom<D>, key: string): Client<VirtualObject<D>>;

  /**
   * Calls handlers of the workflow with the given key. See {@link serviceClient}. Its `run` handler
   * can be called once for a key; a second call fails with a `TerminalError` (code 409).
   */
  workflowClient<D>(opts: WorkflowDefinitionFrom<D>, key: string): Client<Workflow<D>>;

  /**
   * Sends messages to handlers of a service, now or after a delay, without waiting for them to be
   * handled.
   *
   * @example
   * ```ts
   * ctx.serviceSendClient(mailer).welcome(user);
   * ctx.serviceSendClient(mailer).remind(user, rpc.sendOpts({ delay: { days: 7 } }));
   * ```
   */
  serviceSendClient<D>(service: ServiceDefinitionFrom<D>): SendClient<Service<D>>;

  /** Sends messages to the virtual object with the given key. See {@link serviceSendClient}. */
  objectSendClient<D>(
    obj: VirtualObjectDefinitionFrom<D>,
    key: string,
  ): SendClient<VirtualObject<D>>;

  /** Sends messages to the workflow with the given key. See {@link serviceSendClient}. */
  workflowSendClient<D>(opts: WorkflowDefinitionFrom<D>, key: string): SendClient<Workflow<D>>;

  /**
   * Calls handlers declared with `iface`, using the serdes of the declaration. The key is left out
   * for services.
   *
   * @example
   * ```ts
   * await ctx.client(greeter).greet({ name: "Ada" });
   * await ctx.client(counter, "visits").add(1);
   * ```
   */
  client<P extends string, H extends Record<string, HandlerDescriptor>>(
    serviceInterface: ServiceDescriptor<P, H>,
  ): ClientFromDescriptors<H>;
  client<P extends string, H extends Record<string, HandlerDescriptor>>(
    objectOrWorkflowInterface: ObjectDescriptor<P, H> | WorkflowDescriptor<P, H>,
    key: string,
  ): ClientFromDescriptors<H>;

  /**
   * Sends messages to handlers declared with `iface`. See {@link client} and {@link
   * serviceSendClient}.
   */
  sendClient<P extends string, H extends Record<string, HandlerDescriptor>>(
    serviceInterface: ServiceDescriptor<P, H>,
  ): SendClientFromDescriptors<H>;
  sendClient<P extends string, H extends Record<string, HandlerDescriptor>>(
    objectOrWorkflowInterface: ObjectDescriptor<P, H> | WorkflowDescriptor<P, H>,
    key: string,
  ): SendClientFromDescriptors<H>;
}

/**
 * Clients whose requests go to a scope; made with `ctx.scope`.
 *
 * @experimental
 */
export type ScopedContext = ContextClients;
