/** Serves the cron jobs and the reports on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { cron } from "./cron.js";
import { reports } from "./reports.js";

await restate.serve({ services: [cron, reports], port: 9080 });
