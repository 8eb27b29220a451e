/** `connect`: an ingress is its options and what can be asked with them. */
import type { Serde } from "@restatedev/restate-sdk-core";

import { rejectAwakeable, resolveAwakeable } from "./awakeables.js";
import { unwrap, type RequestOptions } from "./call-options.js";
import type { Send } from "./client-types.js";
import { createClients, type Origin } from "./clients.js";
import type { ConnectionOpts } from "./connection-options.js";
import type { Connection, Ingress } from "./ingress.js";
import { call, send, type Invocation } from "./invocations.js";
import { attach, output } from "./results.js";

/**
 * An ingress to call handlers through. Nothing is sent before that, and there is nothing to close.
 *
 * @example
 * ```ts
 * import * as restate from "@restatedev/restate-sdk-clients";
 * import type { greeter } from "./greeter.js";
 *
 * const rs = restate.connect({ url: "http://localhost:8080" });
 * const greeting = await rs.serviceClient<typeof greeter>({ name: "greeter" }).greet("Ada");
 * ```
 */
export function connect(opts: ConnectionOpts): Connection {
  const origin: Origin = { connection: opts, outputSerdes: new WeakMap() };
  const question = (invocation: string | Send, wrapped: unknown) => {
    const options: RequestOptions = unwrap(wrapped);
    if (typeof invocation === "string") return { whose: { invocationId: invocation }, options };
    const serde =
      options.output ?? (origin.outputSerdes.get(invocation) as Serde<never> | undefined);
    return { whose: invocation, options: serde ? { ...options, output: serde } : options };
  };
  const connection = {
    ...createClients(origin),
    scope: (scope: string) => createClients({ ...origin, scope }),
    call: async (request: GenericRequest) => call(opts, invocationOf(request)),
    send: async (request: GenericRequest) => send(opts, invocationOf(request)),
    attach: async (invocation: string | Send, wrapped?: unknown) => {
      const { whose, options } = question(invocation, wrapped);
      return attach(opts, whose, options);
    },
    output: async (invocation: string | Send, wrapped?: unknown) => {
      const { whose, options } = question(invocation, wrapped);
      return output(opts, whose, options);
    },
    result: async (sent: Send, serde?: Serde<never>) => {
      if (!sent.attachable) refuseResult(sent);
      const { whose, options } = question(sent, { opts: serde ? { output: serde } : {} });
      return attach(opts, whose, options);
    },
    resolveAwakeable: async (id: string, payload?: unknown, serde?: Serde<unknown>) =>
      resolveAwakeable(opts, id, { payload, serde }),
    rejectAwakeable: async (id: string, reason: string) => rejectAwakeable(opts, id, reason),
  };
  // The public signatures are generic in what the definitions and sends only know as types.
  return connection as unknown as Connection;
}

type GenericRequest = Parameters<Ingress["call"]>[0];

function invocationOf({
  service,
  handler,
  key,
  scope,
  parameter,
  opts,
}: GenericRequest): Invocation {
  // As for the official client, an empty key is none here: there is no telling services from objects.
  return {
    service,
    handler,
    key: key || undefined,
    scope,
    parameter,
    options: unwrap(opts),
  };
}

function refuseResult({ invocationId }: Send): never {
  throw new Error(
    `The result of ${invocationId} may not be kept, since it was sent without an idempotency key. Send it with one, or use attach() while it runs.`,
  );
}
