/** Serves the cron jobs and the reports on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { cron } from "./cron.js";
import { reports } from "./reports.js";
import { cronRunner } from "./runner.js";

await restate.serve({ services: [cron, cronRunner, reports], port: 9080 });
