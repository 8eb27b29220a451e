/** The endpoint of AWS Lambda. */
import type { EndpointOptions, RestateEndpointBase } from "../api/endpoint.js";
import { buildEndpoint, EndpointBuilder } from "../endpoint/endpoint.js";
import { lambdaFunction } from "./lambda.js";

/**
 * A function for AWS Lambda, whose runtime and tests pass it events and contexts of types that this package does not
 * depend on.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the official signature
type Handler = (event: any, ctx: any) => Promise<any>;

/**
 * An endpoint under construction that can be served on AWS Lambda.
 *
 * @example
 * ```ts
 * export const handler = endpoint().bind(greeter).handler();
 * ```
 */
export interface LambdaEndpoint extends RestateEndpointBase<LambdaEndpoint> {
  /** The function to export. See {@link createEndpointHandler}. */
  handler(): Handler;
}

/**
 * Starts an endpoint to be put together step by step.
 *
 * @deprecated Use {@link createEndpointHandler}.
 */
export function endpoint(): LambdaEndpoint {
  return new LambdaBuilder();
}

/**
 * A function for AWS Lambda, to be invoked by Restate, which is given its ARN, or through a function URL or an API
 * Gateway. An attempt ends when its handler waits for something that takes Restate's help; the next event goes on from
 * there. Handlers find the context of their event in `ctx.request().extraArgs[0]`.
 *
 * The function rejects for events that are no HTTP requests.
 *
 * @throws TypeError for definitions, options and identity keys that make no sense
 *
 * @example
 * ```ts
 * export const handler = createEndpointHandler({ services: [greeter] });
 * ```
 */
export function createEndpointHandler(options: EndpointOptions): Handler {
  return lambdaFunction(buildEndpoint(options));
}

class LambdaBuilder extends EndpointBuilder implements LambdaEndpoint {
  handler(): Handler {
    return lambdaFunction(this.build());
  }
}
