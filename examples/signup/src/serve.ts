/** Serves the signup workflow on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { signup } from "./signup.js";

await restate.serve({ services: [signup], port: 9080 });
