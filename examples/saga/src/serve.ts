/** Serves the trips on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { trips } from "./trips.js";

await restate.serve({ services: [trips], port: 9080 });
