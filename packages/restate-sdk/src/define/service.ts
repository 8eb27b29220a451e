/** `service`: defines a service. */
import type { ServiceDefinition } from "@restatedev/restate-sdk-core";
import type { ServiceOpts } from "../api/handler.js";
import type { ServiceOptions } from "../api/options.js";
import { buildDefinition } from "./definition.js";

/**
 * Defines a service: handlers without a key, which run concurrently and keep no state between invocations.
 *
 * The definition is bound to an endpoint to be served, and passed to clients to be called. Other services may import its
 * type alone.
 *
 * @throws TypeError for options that mean nothing; the message names service, handler and field
 *
 * @example
 * ```ts
 * const greeter = service({
 *   name: "greeter",
 *   handlers: {
 *     greet: async (ctx: Context, name: string) => `Hello ${name}`,
 *   },
 * });
 *
 * await serve({ services: [greeter] });
 * ```
 */
export function service<P extends string, M>(service: {
  name: P;
  handlers: ServiceOpts<M> & ThisType<M>;
  /** For people; shown in the UI and in generated API documents. */
  description?: string;
  /** For tools; returned by the admin API. */
  metadata?: Record<string, string>;
  options?: ServiceOptions;
}): ServiceDefinition<P, M> {
  return buildDefinition("service", service, () => "service") as unknown as ServiceDefinition<P, M>;
}
