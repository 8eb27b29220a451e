/** Every behaviour on AWS Lambda: the server invokes the function by its ARN, one event for each attempt. */
import { createEndpointHandler } from "@restatedev/restate-sdk/lambda";
import { allBehaviours } from "../behaviours/all.js";
import { runBehaviours } from "../support/behaviour.js";
import type { Door } from "../support/door.js";
import { serveLambda } from "./support/lambda-service.js";

/** Some payloads of the suite fit through Lambda only if they are compressed, which older versions of Node cannot. */
const payloadLimit = "zstd" in process.versions ? undefined : Infinity;

const lambda: Door = async (options) => {
  const service = await serveLambda("behaviours", createEndpointHandler(options), payloadLimit);
  return { ...service, register: (admin) => admin.registerLambda(service.arn) };
};

runBehaviours(allBehaviours, { name: "Lambda", door: lambda });
