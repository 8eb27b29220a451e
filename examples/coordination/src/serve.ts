/** Serves lock, semaphore, leadership, and a service that uses them, on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { leadership } from "./leadership.js";
import { lock } from "./lock.js";
import { documents } from "./documents.js";
import { semaphore } from "./semaphore.js";

await restate.serve({ services: [lock, semaphore, leadership, documents], port: 9080 });
