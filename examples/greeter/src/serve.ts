/** Serves the greeter on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { greeter } from "./greeter.js";

await restate.serve({ services: [greeter], port: 9080 });
