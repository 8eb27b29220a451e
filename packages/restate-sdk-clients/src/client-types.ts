/** The typed clients: what becomes of the handlers of a definition or an interface. */
import type { HandlerDescriptor, InferInput, InferOutput } from "@restatedev/restate-sdk-core";

import type { Opts, SendOpts } from "./call-options.js";

/**
 * Stands for a parameter or result whatever its type: `unknown` rules out by variance what must be
 * accepted.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Inferred = any;

/** The input type among a client method's parameters. */
export type InferArgType<P> = P extends [infer A, ...Inferred[]] ? A : unknown;

/**
 * Calls the handlers `M`. Every method takes the handler's input, if it has one, and options made
 * with `rpc.opts`; its promise has the output, or rejects with an {@link HttpCallError}.
 */
export type IngressClient<M> = {
  [K in keyof M as M[K] extends never ? never : K]: M[K] extends (
    arg: Inferred,
    ...args: infer P
  ) => PromiseLike<infer O>
    ? (...args: [...P, ...[opts?: Opts<InferArgType<P>, O>]]) => PromiseLike<O>
    : never;
};

/**
 * Sends messages to the handlers `M`. Every method takes the handler's input, if it has one, and
 * options made with `rpc.sendOpts`; its promise resolves when Restate has stored the message.
 */
export type IngressSendClient<M> = {
  [K in keyof M as M[K] extends never ? never : K]: M[K] extends (
    arg: Inferred,
    ...args: infer P
  ) => PromiseLike<infer O>
    ? (...args: [...P, ...[opts?: SendOpts<InferArgType<P>>]]) => Promise<Send<O>>
    : never;
};

/** {@link IngressClient} for the handlers of a service interface, whose serdes it uses. */
export type IngressClientFromDescriptors<H extends Record<string, HandlerDescriptor>> = {
  readonly [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (opts?: Opts<InferInput<H[K]>, InferOutput<H[K]>>) => Promise<InferOutput<H[K]>>
    : (
        input: InferInput<H[K]>,
        opts?: Opts<InferInput<H[K]>, InferOutput<H[K]>>,
      ) => Promise<InferOutput<H[K]>>;
};

/** {@link IngressSendClient} for the handlers of a service interface, whose serdes it uses. */
export type IngressSendClientFromDescriptors<H extends Record<string, HandlerDescriptor>> = {
  readonly [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (opts?: SendOpts<InferInput<H[K]>>) => Promise<Send<InferOutput<H[K]>>>
    : (
        input: InferInput<H[K]>,
        opts?: SendOpts<InferInput<H[K]>>,
      ) => Promise<Send<InferOutput<H[K]>>>;
};

/** `M` has a `run` handler, whether it is an interface or a type. */
type HasRun<P extends Inferred[], O> = { run: (arg: Inferred, ...args: P) => PromiseLike<O> };

/**
 * Starts the workflow `M` with one key and finds its result; the other handlers are called as with
 * {@link IngressClient}.
 */
export type IngressWorkflowClient<M> = Omit<
  IngressClient<M> & {
    /**
     * Starts the workflow and resolves when Restate has accepted that. A workflow runs once for its
     * key: submitting it again changes nothing, and is answered with the status
     * `PreviouslyAccepted`. For the same reason a submission may be repeated, see {@link
     * ConnectionOpts.retry}.
     */
    workflowSubmit: M extends HasRun<infer I, infer O>
      ? (...args: [...I, ...[opts?: SendOpts<InferArgType<I>>]]) => Promise<WorkflowSubmission<O>>
      : never;
    /**
     * Waits for the result of the workflow, which must have been submitted (else status 404). Rejects
     * with its terminal error if it failed. May be called at any time until Restate forgets the
     * workflow (`workflowRetention`).
     */
    workflowAttach: M extends HasRun<Inferred, infer O>
      ? (opts?: Opts<void, O>) => Promise<O>
      : never;
    /** The result of the workflow, if it has completed. Otherwise as {@link workflowAttach}. */
    workflowOutput: M extends HasRun<Inferred, infer O>
      ? (opts?: Opts<void, O>) => Promise<Output<O>>
      : never;
  },
  "run"
>;

/** A result that may not be there yet. */
export interface Output<O> {
  /** Whether there is a {@link result}. */
  ready: boolean;
  /** Throws if it is not {@link ready}. */
  result: O;
}

/**
 * A message that Restate has stored.
 *
 * @typeParam T the output of the handler, for {@link Ingress.result}
 */
export type Send<T = unknown> = {
  /** The id of the invocation, in the UI, the CLI and logs, too. */
  invocationId: string;
  /** Whether the message is new, or the repetition of one with the same idempotency key. */
  status: "Accepted" | "PreviouslyAccepted";
  /** Whether {@link Ingress.result} takes it: it was sent with an idempotency key. */
  attachable: boolean;
  /** @internal Never set: it lets the type of the result be inferred. */
  readonly "~output"?: T;
};

/**
 * A workflow that Restate has accepted.
 *
 * @typeParam T the output of the workflow, for {@link Ingress.result}
 */
export type WorkflowSubmission<T> = {
  /** The id of the invocation, in the UI, the CLI and logs, too. */
  readonly invocationId: string;
  /**
   * Whether this submission started the workflow, or an earlier one had. With retries the earlier
   * one may be an attempt of the same submission.
   */
  readonly status: "Accepted" | "PreviouslyAccepted";
  readonly attachable: true;
  /** @internal Never set: it lets the type of the result be inferred. */
  readonly "~output"?: T;
};
