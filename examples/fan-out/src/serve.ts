/** Serves the archive on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { archive } from "./archive.js";

await restate.serve({ services: [archive], port: 9080 });
