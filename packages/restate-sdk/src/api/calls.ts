/** Calling other handlers: typed clients, the options of a call, and calls by name. */
import type {
  Duration,
  HandlerDescriptor,
  InferInput,
  InferOutput,
  Serde,
} from "@restatedev/restate-sdk-core";
import type { InvocationHandle, InvocationPromise } from "./promise.js";

/**
 * Stands for a parameter or result whatever its type: `unknown` rules out by variance what must be
 * accepted.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Inferred = any;

/** What every request may carry, with or without a response. */
type RequestOptions<I> = {
  /**
   * How the input is encoded. Default: what the interface of the service says, else this service's
   * serde (JSON).
   */
  input?: Serde<I>;

  /**
   * Makes the request idempotent: Restate runs it once for this key and answers repetitions with
   * the same result, for as long as the callee's `idempotencyRetention` says. Must not be empty.
   */
  idempotencyKey?: string;

  /**
   * Counts this request against a concurrency limit of its scope: one or two levels, separated by
   * `/`, of 1 to 36 characters from `a-z A-Z 0-9 _ . -`, for example `tenant1/user42`. It is not
   * part of the request's identity.
   *
   * Needs a scope (see `ctx.scope`), and like that a server 1.7 or newer with flow control enabled;
   * otherwise the attempt fails and is retried.
   *
   * @experimental
   */
  limitKey?: string;

  /** Headers for the callee, which finds them in `ctx.request().headers`. */
  headers?: Record<string, string>;

  /** Shown in the UI for this journal entry. Compared on replay, so it has to be deterministic. */
  name?: string;
};

/** Options of one call, wrapped with `rpc.opts`. */
export type ClientCallOptions<I, O> = RequestOptions<I> & {
  /**
   * How the output is encoded. Default: what the interface of the service says, else this service's
   * serde (JSON).
   */
  output?: Serde<O>;
};

/** Options of one send, wrapped with `rpc.sendOpts`. */
export type ClientSendOptions<I> = RequestOptions<I> & {
  /**
   * How long Restate waits before it delivers the message; a number is milliseconds. A lower bound.
   * The sender does not have to be running meanwhile. Default: none.
   *
   * @example
   * ```ts
   * ctx.serviceSendClient(mailer).remind(user, rpc.sendOpts({ delay: { days: 7 } }));
   * ```
   */
  delay?: Duration | number;
};

/**
 * Call options in the form a client method takes them, apart from the input. Made with `rpc.opts`.
 */
export interface Opts<I, O> {
  getOpts(): ClientCallOptions<I, O>;
}

/**
 * Send options in the form a client method takes them, apart from the input. Made with
 * `rpc.sendOpts`.
 */
export interface SendOpts<I> {
  getOpts(): ClientSendOptions<I>;
}

/** The input type among a client method's parameters. */
export type InferArg<P> = P extends [infer A, ...Inferred[]] ? A : unknown;

/**
 * Calls the handlers `M` and gives their results. Every method takes the handler's input, if it has
 * one, and options made with `rpc.opts`. Calling journals the request and returns at once; a
 * failure of the callee rejects the promise with a `TerminalError`.
 */
export type Client<M> = {
  [K in keyof M as M[K] extends never ? never : K]: M[K] extends (
    arg: Inferred,
    ...args: infer P
  ) => PromiseLike<infer O>
    ? (...args: [...P, ...[opts?: Opts<InferArg<P>, O>]]) => InvocationPromise<O>
    : never;
};

/**
 * Sends messages to the handlers `M` without waiting for them to be handled. Every method takes the
 * handler's input, if it has one, and options made with `rpc.sendOpts`. Sending journals the
 * message, which makes its delivery certain.
 */
export type SendClient<M> = {
  [K in keyof M as M[K] extends never ? never : K]: M[K] extends (
    arg: Inferred,
    ...args: infer P
  ) => void
    ? (...args: [...P, ...[opts?: SendOpts<InferArg<P>>]]) => InvocationHandle
    : never;
};

/** {@link Client} for the handlers of a service interface, whose serdes it uses. */
export type ClientFromDescriptors<H extends Record<string, HandlerDescriptor>> = {
  readonly [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (opts?: Opts<InferInput<H[K]>, InferOutput<H[K]>>) => InvocationPromise<InferOutput<H[K]>>
    : (
        input: InferInput<H[K]>,
        opts?: Opts<InferInput<H[K]>, InferOutput<H[K]>>,
      ) => InvocationPromise<InferOutput<H[K]>>;
};

/** {@link SendClient} for the handlers of a service interface, whose serdes it uses. */
export type SendClientFromDescriptors<H extends Record<string, HandlerDescriptor>> = {
  readonly [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (opts?: SendOpts<InferInput<H[K]>>) => InvocationHandle
    : (input: InferInput<H[K]>, opts?: SendOpts<InferInput<H[K]>>) => InvocationHandle;
};

/** A request to a handler known by name only. */
type GenericRequest<REQ> = {
  service: string;
  method: string;
  parameter: REQ;
  /** The key, if the target is a virtual object or workflow. */
  key?: string;
  /** Headers for the callee, which finds them in `ctx.request().headers`. */
  headers?: Record<string, string>;
  /** How `parameter` is encoded. Default: it is taken for bytes (`serde.binary`). */
  inputSerde?: Serde<REQ>;
  /** See {@link ClientCallOptions.idempotencyKey}. */
  idempotencyKey?: string;
  /** The scope of the target; see `ctx.scope`. */
  scope?: string;
  /**
   * See `limitKey` of {@link ClientCallOptions}.
   *
   * @experimental
   */
  limitKey?: string;
  /** Shown in the UI for this journal entry. Compared on replay, so it has to be deterministic. */
  name?: string;
};

/** A call to a handler known by name only; see `ctx.genericCall`. */
export type GenericCall<REQ, RES> = GenericRequest<REQ> & {
  /** How the result is encoded. Default: it is returned as bytes (`serde.binary`). */
  outputSerde?: Serde<RES>;
};

/** A message for a handler known by name only; see `ctx.genericSend`. */
export type GenericSend<REQ> = GenericRequest<REQ> & {
  /** See `delay` of {@link ClientSendOptions}. */
  delay?: Duration | number;
};
