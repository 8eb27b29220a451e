/**
 * `rpc` as the compiler sees it: a namespace, so that `import opts = rpc.opts` finds its members. At run time it is an
 * object, which a bundler can leave out. `export *` hands it on where the declaration below hides it from the compiler.
 */
import type { IngressCallOptions, IngressSendOptions, Opts, SendOpts } from "./call-options.js";

export * from "./call-options.js";

/**
 * Options as the last argument of a client's method.
 *
 * @example
 * ```ts
 * await rs.serviceClient(greeter).greet("Ada", rpc.opts({ idempotencyKey: "ada-1" }));
 * await rs.serviceSendClient(mailer).remind(user, rpc.sendOpts({ delay: { days: 7 } }));
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace rpc {
  /** Options of a call. */
  const opts: <I, O>(opts: IngressCallOptions<I, O>) => Opts<I, O>;
  /** Options of a send. */
  const sendOpts: <I>(opts: IngressSendOptions<I>) => SendOpts<I>;
}
