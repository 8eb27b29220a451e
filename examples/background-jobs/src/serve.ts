/** Serves the reports on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { reports } from "./reports.js";

await restate.serve({ services: [reports], port: 9080 });
