/** The ingress as its users see it. */
import type {
  HandlerDescriptor,
  InferInput,
  InferOutput,
  ObjectDescriptor,
  Serde,
  Service,
  ServiceDefinitionFrom,
  ServiceDescriptor,
  VirtualObject,
  VirtualObjectDefinitionFrom,
  Workflow,
  WorkflowDefinitionFrom,
  WorkflowDescriptor,
} from "@restatedev/restate-sdk-core";

import type { Opts, SendOpts } from "./call-options.js";
import type {
  IngressClient,
  IngressClientFromDescriptors,
  IngressSendClient,
  IngressSendClientFromDescriptors,
  IngressWorkflowClient,
  Output,
  Send,
  WorkflowSubmission,
} from "./client-types.js";

/**
 * A Restate ingress: starts handlers from outside of Restate. Made with {@link connect}.
 *
 * Clients take the definition made by `service`, `object` or `workflow`, or `{ name }` with the
 * definition's type, so that the caller does not have to import the service's code. Creating a
 * client sends nothing; calling its methods does.
 *
 * Every method rejects with an {@link HttpCallError} if the answer is an error, with what `fetch`
 * rejects with if there is none, and with a `TypeError` if the request cannot be made.
 */
export interface Ingress {
  /**
   * Calls handlers of a service and waits for their results.
   *
   * @example
   * ```ts
   * const greeting = await rs.serviceClient(greeter).greet("Ada");
   *
   * // Without importing the service's code:
   * const other = await rs.serviceClient<typeof greeter>({ name: "greeter" }).greet("Ada");
   * ```
   */
  serviceClient<D>(opts: ServiceDefinitionFrom<D>): IngressClient<Service<D>>;

  /**
   * Starts the workflow with the given key, and calls its other handlers. See {@link
   * serviceClient}.
   */
  workflowClient<D>(
    opts: WorkflowDefinitionFrom<D>,
    key: string,
  ): IngressWorkflowClient<Workflow<D>>;

  /** Calls handlers of the virtual object with the given key. See {@link serviceClient}. */
  objectClient<D>(
    opts: VirtualObjectDefinitionFrom<D>,
    key: string,
  ): IngressClient<VirtualObject<D>>;

  /**
   * Sends messages to handlers of a service, now or after a delay, without waiting for them to be
   * handled. See {@link serviceClient}.
   */
  serviceSendClient<D>(opts: ServiceDefinitionFrom<D>): IngressSendClient<Service<D>>;

  /** Sends messages to the virtual object with the given key. See {@link serviceSendClient}. */
  objectSendClient<D>(
    opts: VirtualObjectDefinitionFrom<D>,
    key: string,
  ): IngressSendClient<VirtualObject<D>>;

  /**
   * Calls handlers declared with `iface`, using the serdes of the declaration. The key is left out
   * for services.
   *
   * @example
   * ```ts
   * await rs.client(greeter).greet({ name: "Ada" });
   * await rs.client(counter, "visits").add(1);
   * ```
   */
  client<P extends string, H extends Record<string, HandlerDescriptor>>(
    serviceInterface: ServiceDescriptor<P, H>,
  ): IngressClientFromDescriptors<H>;
  client<P extends string, H extends Record<string, HandlerDescriptor>>(
    objectOrWorkflowInterface: ObjectDescriptor<P, H> | WorkflowDescriptor<P, H>,
    key: string,
  ): IngressClientFromDescriptors<H>;

  /** Sends messages to handlers declared with `iface`. See {@link client}. */
  sendClient<P extends string, H extends Record<string, HandlerDescriptor>>(
    serviceInterface: ServiceDescriptor<P, H>,
  ): IngressSendClientFromDescriptors<H>;
  sendClient<P extends string, H extends Record<string, HandlerDescriptor>>(
    objectOrWorkflowInterface: ObjectDescriptor<P, H> | WorkflowDescriptor<P, H>,
    key: string,
  ): IngressSendClientFromDescriptors<H>;

  /**
   * Completes an awakeable. Resolves when Restate has stored that, also if there is no such
   * awakeable any more; a second completion has no effect. An id that is none is refused with
   * status 400. Never retried.
   */
  resolveAwakeable<T>(id: string, payload?: T, payloadSerde?: Serde<T>): Promise<void>;

  /**
   * Fails an awakeable with a terminal error (code 500) and the given message. Otherwise as {@link
   * resolveAwakeable}.
   */
  rejectAwakeable(id: string, reason: string): Promise<void>;

  /**
   * Waits for the result of something sent with an idempotency key, or of a submitted workflow;
   * rejects for anything else. See also {@link Connection.attach}.
   *
   * @param resultSerde how the output is decoded. Default: what the interface says, if it was sent
   * by way of one with this ingress; else the serde of the connection.
   */
  result<T>(send: Send<T> | WorkflowSubmission<T>, resultSerde?: Serde<T>): Promise<T>;

  /**
   * Calls a handler by name. Whatever the types say, input and output travel as JSON (or with the
   * serde of the connection) unless `opts` has serdes for them.
   *
   * @example
   * ```ts
   * const total = await rs.call<number, number>({
   *   service: "counter",
   *   key: "visits",
   *   handler: "add",
   *   parameter: 1,
   * });
   * ```
   */
  call<I = Uint8Array, O = Uint8Array>(opts: {
    service: string;
    handler: string;
    parameter: I;
    /** Of a virtual object or workflow. An empty string is no key. */
    key?: string;
    /**
     * See {@link scope}.
     *
     * @experimental
     */
    scope?: string;
    opts?: Opts<I, O>;
  }): Promise<O>;

  /** Sends a message to a handler by name. See {@link call}. */
  send<I = Uint8Array>(opts: {
    service: string;
    handler: string;
    parameter: I;
    /** Of a virtual object or workflow. An empty string is no key. */
    key?: string;
    /**
     * See {@link scope}.
     *
     * @experimental
     */
    scope?: string;
    opts?: SendOpts<I>;
  }): Promise<Send>;

  /**
   * Clients whose requests go to a scope: a part of the cluster with its own objects, workflows,
   * idempotency keys and concurrency limits.
   *
   * Needs a server 1.7 or newer with flow control enabled, which refuses the requests (status 400)
   * otherwise.
   *
   * @param scopeKey 1 to 36 characters from `a-z A-Z 0-9 _ . -`
   * @see https://docs.restate.dev/services/flow-control
   *
   * @experimental
   */
  scope(scopeKey: string): ScopedIngress;
}

/**
 * Clients whose requests go to a scope; made with {@link Ingress.scope}.
 *
 * @experimental
 * @interface
 */
export type ScopedIngress = Pick<
  Ingress,
  | "serviceClient"
  | "serviceSendClient"
  | "objectClient"
  | "objectSendClient"
  | "workflowClient"
  | "client"
  | "sendClient"
>;

/** What {@link connect} returns: an {@link Ingress} that can do a little more. */
export interface Connection extends Ingress {
  /** As {@link Ingress.workflowClient}; workflows declared with `iface` have their types, too. */
  workflowClient<P extends string, H extends Record<string, HandlerDescriptor>>(
    workflowInterface: WorkflowDescriptor<P, H>,
    key: string,
  ): IngressWorkflowClient<DescribedHandlers<H>>;
  workflowClient<D>(
    opts: WorkflowDefinitionFrom<D>,
    key: string,
  ): IngressWorkflowClient<Workflow<D>>;

  /**
   * Waits for the result of any invocation, by its id. One without an idempotency key is known to
   * the server while it runs, and afterwards as long as its journal is retained; then the answer is
   * status 404.
   */
  attach<T>(invocation: string | Send<T>, opts?: Opts<void, T>): Promise<T>;

  /** The result of any invocation, if it has completed. Otherwise as {@link attach}. */
  output<T>(invocation: string | Send<T>, opts?: Opts<void, T>): Promise<Output<T>>;
}

/** The handlers of an interface as functions. */
export type DescribedHandlers<H extends Record<string, HandlerDescriptor>> = {
  [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (ctx: unknown) => Promise<InferOutput<H[K]>>
    : (ctx: unknown, input: InferInput<H[K]>) => Promise<InferOutput<H[K]>>;
};
