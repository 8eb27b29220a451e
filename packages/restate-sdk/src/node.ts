/** The entry point for Node.js. */
export type {
  NodeEndpointOptions,
  NodeProtocolOptions,
  NodeRequestHandler,
  ServeOptions,
  ShutdownOptions,
} from "./adapters/node-endpoint.js";
export { createEndpointHandler, endpoint, serve } from "./adapters/node-endpoint.js";
export { closeGracefully } from "./adapters/node-shutdown.js";
export * from "./deprecated.js";
export * as internal from "./internal.js";
export * from "./public.js";
