/** Serves the counter on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { counter } from "./counter.js";

await restate.serve({ services: [counter], port: 9080 });
