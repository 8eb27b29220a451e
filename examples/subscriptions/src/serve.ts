/** Serves the subscriptions on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { subscriptions } from "./subscriptions.js";

await restate.serve({ services: [subscriptions], port: 9080 });
