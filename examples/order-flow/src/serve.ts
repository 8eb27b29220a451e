/** Serves the order workflow on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { orderFlow } from "./order-flow.js";

await restate.serve({ services: [orderFlow], port: 9080 });
