/** Serves the cron jobs and the digests on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { cron } from "./cron.js";
import { digests } from "./digests.js";
import { cronRunner } from "./runner.js";

await restate.serve({ services: [cron, cronRunner, digests], port: 9080 });
