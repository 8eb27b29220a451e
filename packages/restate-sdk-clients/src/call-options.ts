/** Options of calls and sends, and how a client tells them from the input of a handler. */
import { brand } from "./brand.js";
import { millisOrDurationToMillis, type Duration, type Serde } from "@restatedev/restate-sdk-core";

/** Options of one call, wrapped with `rpc.opts`. */
export interface IngressCallOptions<I = unknown, O = unknown> {
  /**
   * Makes the request idempotent: Restate runs it once for this key and answers repetitions with
   * the same result, for as long as the handler's `idempotencyRetention` says. Printable ASCII; an
   * empty string is no key. With a key, failed attempts may be retried, see {@link
   * ConnectionOpts.retry}.
   *
   * Not for a workflow's `run` handler, which the workflow's key makes idempotent.
   */
  idempotencyKey?: string;

  /**
   * Counts this request against a concurrency limit of its scope: one or two levels, separated by
   * `/`, of 1 to 36 characters from `a-z A-Z 0-9 _ . -`, for example `tenant1/user42`. It is not
   * part of the request's identity. Refused (status 400) outside a scope, see {@link
   * Ingress.scope}.
   *
   * @experimental
   */
  limitKey?: string;

  /**
   * Headers of this request, which the handler finds in `ctx.request().headers`. They replace those
   * of the connection that have the same name, in any case.
   */
  headers?: Record<string, string>;

  /**
   * How the input is encoded. Default: what the interface of the service says, else the serde of
   * the connection, else JSON.
   */
  input?: Serde<I>;

  /** How the output is decoded; the default is found as for {@link input}. */
  output?: Serde<O>;

  /**
   * How long one attempt may take, in milliseconds, until the response has been read. After that
   * the promise rejects with the `TimeoutError` of `AbortSignal.timeout()`, or the next attempt
   * begins if there are retries. The invocation goes on: what ends is waiting for it.
   *
   * Excludes {@link signal}: giving both rejects the call.
   */
  timeout?: number;

  /**
   * Ends waiting, also between two attempts; the promise rejects with the signal's reason. The
   * invocation goes on. Excludes {@link timeout}.
   */
  signal?: AbortSignal;
}

/** Options of one send, wrapped with `rpc.sendOpts`. */
export interface IngressSendOptions<I> extends IngressCallOptions<I, void> {
  /**
   * How long Restate waits before it starts the handler; a number is milliseconds. Must not be
   * negative. Default: none.
   */
  delay?: number | Duration;
}

/** Call options in the form a client's method takes them, apart from the input. */
export class Opts<I, O> {
  /** The same as `rpc.opts`. */
  static from<I = unknown, O = unknown>(opts: IngressCallOptions<I, O>): Opts<I, O> {
    return new Opts(opts);
  }

  constructor(readonly opts: IngressCallOptions<I, O>) {}
}

/** Send options in the form a send client's method takes them, apart from the input. */
export class SendOpts<I = unknown> {
  /** The same as `rpc.sendOpts`. */
  static from<I = unknown>(opts: IngressSendOptions<I>): SendOpts<I> {
    return new SendOpts(opts);
  }

  constructor(readonly opts: IngressSendOptions<I>) {}

  /** The delay in whole milliseconds. */
  delay(): number | undefined {
    const { delay } = this.opts;
    return delay === undefined ? undefined : millisOrDurationToMillis(delay);
  }
}

/** What {@link rpc} is at run time; `namespaces.ts` is what the compiler sees of it. */
export const rpc = {
  opts: <I, O>(opts: IngressCallOptions<I, O>): Opts<I, O> => Opts.from(opts),
  sendOpts: <I>(opts: IngressSendOptions<I>): SendOpts<I> => SendOpts.from(opts),
};

// A registered symbol: another copy of this package (ESM beside CommonJS) makes options, too, and
// taken for an input they would be sent to the handler.
const isOptions = brand("options", Opts.prototype, SendOpts.prototype);

/** What {@link Opts} and {@link SendOpts} hold: which of them a method takes is for the types to say. */
export type RequestOptions = IngressSendOptions<unknown> & IngressCallOptions;

/** The arguments of a client's method: `(input?, options?)`. */
export function parseArguments(args: readonly unknown[]): {
  readonly parameter: unknown;
  readonly options: RequestOptions;
} {
  const [first, second] = args;
  if (args.length > 2) {
    throw new TypeError(
      `A handler takes one input and options, but got ${args.length} arguments: pass an object.`,
    );
  }
  if (second === undefined && isObject(first) && isOptions in first) {
    return { parameter: undefined, options: unwrap(first) };
  }
  return { parameter: first, options: unwrap(second) };
}

/** The options in what {@link rpc} returns, for a parameter that can hold nothing else. */
export function unwrap(wrapped: unknown): RequestOptions {
  if (wrapped === undefined) return {};
  if (isObject(wrapped) && isObject(wrapped["opts"])) return wrapped["opts"];
  throw new TypeError(
    "Options must come from rpc.opts() or rpc.sendOpts() of @restatedev/restate-sdk-clients.",
  );
}

function isObject(value: unknown): value is Record<string | symbol, object> {
  return typeof value === "object" && value !== null;
}
