/** The fetch and the Lambda handler of the SDK that `bench-sdk` stands for. */
import * as fetch from "bench-sdk/fetch";
import * as lambda from "bench-sdk/lambda";
import type { FetchHandler, LambdaHandler } from "./doors.js";
import { benchServices } from "./service-definitions.js";

export function createFetchHandler(): FetchHandler {
  return fetch.createEndpointHandler({ services: benchServices(fetch), logger: () => undefined });
}

export function createLambdaHandler(): LambdaHandler {
  const options = { services: benchServices(lambda), logger: () => undefined };
  return lambda.createEndpointHandler(options) as LambdaHandler;
}
