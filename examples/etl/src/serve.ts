/** Serves the import on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { salesImport } from "./sales-import.js";

await restate.serve({ services: [salesImport], port: 9080 });
