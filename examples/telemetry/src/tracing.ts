/** OpenTelemetry for this process: what has to be there before services are traced. */
import { context, trace, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-base";

/** `NodeSDK.start()` of @opentelemetry/sdk-node does all of this, and takes an exporter for OTLP. */
export function startTracing(processor: SpanProcessor): Tracer {
  // Without it there is no active span in handlers, and spans of libraries would not find their parent.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  return trace.getTracer("shop");
}
