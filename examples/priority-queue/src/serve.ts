/** Serves the queue, and the service that lines up in it, on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { films } from "./films.js";
import { priorityQueue } from "./priority-queue.js";

await restate.serve({ services: [priorityQueue, films], port: 9080 });
