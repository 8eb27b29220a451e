/** The contexts of handlers that belong to a key: virtual objects and workflows. */
import type {
  RestateObjectContext,
  RestateObjectSharedContext,
  RestateWorkflowContext,
  RestateWorkflowSharedContext,
  Serde,
} from "@restatedev/restate-sdk-core";
import type { Context } from "./context.js";
import type { DurablePromise } from "./promise.js";
import type { KeyValueStore, StateReader, TypedState, UntypedState } from "./state.js";

/**
 * The context of a virtual object's handler. For one key such handlers run one at a time, in the
 * order of their requests, so that they may read and write its state without conflicts.
 */
export interface ObjectContext<TState extends TypedState = UntypedState>
  extends Context, KeyValueStore<TState>, RestateObjectContext {
  /** The key of this virtual object. */
  key: string;
}

/**
 * The context of a virtual object's shared handler. Shared handlers run concurrently, with each
 * other and with the exclusive ones, and may only read the state.
 */
export interface ObjectSharedContext<TState extends TypedState = UntypedState>
  extends Context, StateReader<TState>, RestateObjectSharedContext {
  /** The key of this virtual object. */
  key: string;
}

/**
 * The context of a workflow's handlers other than `run`. They may be called before, while and after
 * it runs.
 */
export interface WorkflowSharedContext<TState extends TypedState = UntypedState>
  extends ObjectSharedContext<TState>, RestateWorkflowSharedContext {
  /**
   * A promise of this workflow, by name: the way for its handlers to wait for and tell each other
   * something.
   *
   * @param serde how the value is encoded; default: the service's serde (JSON). All handlers have
   * to use the same.
   *
   * @example
   * ```ts
   * const checkout = workflow({
   *   name: "checkout",
   *   handlers: {
   *     run: async (ctx: WorkflowContext) => {
   *       const payment = await ctx.promise<Payment>("payment");
   *       return payment.id;
   *     },
   *     paid: async (ctx: WorkflowSharedContext, payment: Payment) => {
   *       await ctx.promise<Payment>("payment").resolve(payment);
   *     },
   *   },
   * });
   * ```
   */
  promise<T>(name: string, serde?: Serde<T>): DurablePromise<T>;
}

/**
 * The context of a workflow's `run` handler, which runs once for a key and owns the workflow's
 * state.
 */
export interface WorkflowContext<TState extends TypedState = UntypedState>
  extends WorkflowSharedContext<TState>, ObjectContext<TState>, RestateWorkflowContext {}
