/** The entry point for runtimes with the WHATWG fetch types: Cloudflare Workers, Deno, Bun, Next.js and others. */
export type { FetchEndpoint, FetchEndpointOptions } from "./adapters/fetch-endpoint.js";
export { createEndpointHandler, endpoint } from "./adapters/fetch-endpoint.js";
export * from "./deprecated.js";
export * as internal from "./internal.js";
export * from "./public.js";
