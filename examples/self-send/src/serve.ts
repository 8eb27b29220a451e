/** Serves the indexing on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { indexing } from "./indexing.js";

await restate.serve({ services: [indexing], port: 9080 });
