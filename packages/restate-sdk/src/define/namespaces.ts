/**
 * `handlers` and `rpc` as the compiler sees them: namespaces, so that `import shared = handlers.object.shared` finds its
 * members. At run time they are objects, which a bundler can leave out. `export *` hands them on where the declarations
 * below hide them from the compiler.
 */
/* eslint-disable @typescript-eslint/no-namespace */
import type { ClientCallOptions, ClientSendOptions } from "../api/calls.js";
import type { Opts, SendOpts } from "./call-options.js";
import type { Handlers } from "./handlers.js";

export * from "./call-options.js";
export * from "./handlers.js";

/**
 * Wraps handlers that need options or are not of their definition's default kind. What is returned can still be called
 * like the function that was passed.
 *
 * @example
 * ```ts
 * const counter = object({
 *   name: "counter",
 *   handlers: {
 *     add: handlers.object.exclusive(
 *       { input: serde.schema(z.number()), inactivityTimeout: { minutes: 5 } },
 *       async (ctx, amount) => ctx.set("count", ((await ctx.get<number>("count")) ?? 0) + amount),
 *     ),
 *     get: handlers.object.shared(async (ctx) => ctx.get<number>("count")),
 *   },
 * });
 * ```
 */
export declare namespace handlers {
  /**
   * A handler of a service, with options.
   *
   * @param opts see {@link ServiceHandlerOpts}
   * @param fn the handler
   */
  const handler: Handlers["handler"];

  /** Handlers of workflows. */
  namespace workflow {
    /**
     * The `run` handler of a workflow, which runs once for a key. A plain function named `run` is one already; this is
     * for its options.
     */
    const workflow: Handlers["workflow"]["workflow"];
    /**
     * A handler of a workflow that runs any number of times, also while `run` does, and only reads state. A plain
     * function with another name than `run` is one already; this is for its options.
     */
    const shared: Handlers["workflow"]["shared"];
  }

  /** Handlers of virtual objects. */
  namespace object {
    /**
     * A handler of a virtual object that may write state; for one key they run one at a time. A plain function is one
     * already; this is for its options.
     */
    const exclusive: Handlers["object"]["exclusive"];
    /** A handler of a virtual object that only reads state, and so runs concurrently with the others of its key. */
    const shared: Handlers["object"]["shared"];
  }
}

/**
 * Options of calls and sends, as the last argument of a client's method.
 *
 * @example
 * ```ts
 * await ctx.serviceClient(greeter).greet("Ada", rpc.opts({ idempotencyKey: "ada-1" }));
 * ctx.serviceSendClient(mailer).remind(user, rpc.sendOpts({ delay: { days: 7 } }));
 * ```
 */
export declare namespace rpc {
  /** Options of a call. */
  const opts: <I, O>(opts: ClientCallOptions<I, O>) => Opts<I, O>;
  /** Options of a send. */
  const sendOpts: <I>(opts: ClientSendOptions<I>) => SendOpts<I>;
}
