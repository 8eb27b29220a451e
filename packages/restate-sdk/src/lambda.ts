/** The entry point for AWS Lambda. */
export type { LambdaEndpoint } from "./adapters/lambda-endpoint.js";
export { createEndpointHandler, endpoint } from "./adapters/lambda-endpoint.js";
export * from "./deprecated.js";
export * as internal from "./internal.js";
export * from "./public.js";
