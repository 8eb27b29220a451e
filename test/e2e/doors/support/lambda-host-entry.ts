/** The program that serves a bundled Lambda function in a process of its own, and reports where. */
import { createRequire } from "node:module";
import { serveLambda, type LambdaFunction } from "./lambda-service.js";

const [bundle = ""] = process.argv.slice(2);
const { handler } = createRequire(import.meta.url)(bundle) as { readonly handler: LambdaFunction };

const { arn, serverEnv } = await serveLambda("bundled", handler);
process.send?.({ arn, serverEnv });
