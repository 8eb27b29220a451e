/** Serves machines on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { machine } from "./machine.js";

await restate.serve({ services: [machine], port: 9080 });
