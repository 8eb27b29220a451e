/** `connect`: an ingress is its options and what can be asked with them. */
import type { Serde } from "@restatedev/restate-sdk-core";

import { rejectAwakeable, resolveAwakeable } from "./awakeables.js";
import { unwrap } from "./call-options.js";
import type { Send } from "./client-types.js";
import { createClients, type Origin } from "./clients.js";
import type { ConnectionOpts } from "./connection-options.js";
import type { Connection, Ingress } from "./ingress.js";
import { call, send, type Invocation } from "./invocations.js";
import { attach, output, type Whose } from "./results.js";

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
  const whose = (invocation: string | Send, serde?: Serde<unknown>): Whose =>
    typeof invocation === "string"
      ? { invocationId: invocation, outputSerde: serde }
      : {
          invocationId: invocation.invocationId,
          outputSerde: serde ?? origin.outputSerdes.get(invocation),
        };
  const connection = {
    ...createClients(origin),
    scope: (scope: string) => createClients({ ...origin, scope }),
    call: async (request: GenericRequest) => call(opts, invocationOf(request)),
    send: async (request: GenericRequest) => send(opts, invocationOf(request)),
    attach: async (invocation: string | Send, wrapped?: unknown) =>
      attach(opts, whose(invocation), unwrap(wrapped)),
    output: async (invocation: string | Send, wrapped?: unknown) =>
      output(opts, whose(invocation), unwrap(wrapped)),
    result: async (sent: Send, serde?: Serde<unknown>) => {
      if (!sent.attachable) {
        throw new Error(
          `The result of ${sent.invocationId} may not be kept: send it with an idempotency key, or use attach().`,
        );
      }
      return attach(opts, whose(sent, serde), {});
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
