/** Serves shop and warehouse on port 9080, and prints their spans. */
import { ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import * as restate from "@restatedev/restate-sdk";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { shop, warehouse } from "./shop.js";
import { startTracing } from "./tracing.js";

const tracer = startTracing(new SimpleSpanProcessor(new ConsoleSpanExporter()));
await restate.serve({
  services: [shop, warehouse],
  port: 9080,
  defaultServiceOptions: { hooks: [openTelemetryHook({ tracer })] },
});
