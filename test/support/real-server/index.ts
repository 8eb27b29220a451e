/** A real Restate server and everything tests need around it. */
export * from "./admin-client.js";
export * from "./child-host.js";
export * from "./in-process-host.js";
export * from "./ingress-client.js";
export * from "./poll.js";
export * from "./restate-server.js";
export * from "./server-options.js";
