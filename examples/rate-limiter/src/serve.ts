/** Serves rate limiters, and a service that obeys them, on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { forecasts } from "./forecasts.js";
import { rateLimiter } from "./rate-limiter.js";

await restate.serve({ services: [rateLimiter, forecasts], port: 9080 });
