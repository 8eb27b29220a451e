/** `rpc.opts` and `rpc.sendOpts`: options of a call, marked so that clients can tell them from the input. */
import type {
  ClientCallOptions,
  ClientSendOptions,
  Opts as CallOptions,
  SendOpts as SendOptions,
} from "../api/calls.js";

/** Call options, made with {@link rpc}`.opts`. */
export class Opts<I, O> implements CallOptions<I, O> {
  readonly #opts: ClientCallOptions<I, O>;
  /** Wraps `opts` for the last parameter of a client's method. */
  static from<I, O>(opts: ClientCallOptions<I, O>): Opts<I, O> {
    return new Opts(opts);
  }

  private constructor(opts: ClientCallOptions<I, O>) {
    this.#opts = opts;
  }

  getOpts(): ClientCallOptions<I, O> {
    return this.#opts;
  }
}

/** Send options, made with {@link rpc}`.sendOpts`. */
export class SendOpts<I> implements SendOptions<I> {
  readonly #opts: ClientSendOptions<I>;
  /** Wraps `opts` for the last parameter of a send client's method. */
  static from<I>(opts: ClientSendOptions<I>): SendOpts<I> {
    return new SendOpts(opts);
  }

  private constructor(opts: ClientSendOptions<I>) {
    this.#opts = opts;
  }

  getOpts(): ClientSendOptions<I> {
    return this.#opts;
  }
}

/** What {@link rpc} is at run time; `namespaces.ts` is what the compiler sees of it. */
export const rpc = {
  opts: <I, O>(opts: ClientCallOptions<I, O>): Opts<I, O> => Opts.from(opts),
  sendOpts: <I>(opts: ClientSendOptions<I>): SendOpts<I> => SendOpts.from(opts),
};
