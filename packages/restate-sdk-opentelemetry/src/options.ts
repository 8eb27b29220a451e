/** The options of the hook. */
import type { Attributes, Tracer } from "@opentelemetry/api";
import type { Request } from "@restatedev/restate-sdk";

/** What is known of an attempt before its handler runs. */
export interface OpenTelemetryHookContext {
  request: Request;
}

/** How attempts are traced. */
export interface OpenTelemetryHookOptions {
  /** The tracer that makes the spans, or what chooses one for an attempt. */
  tracer: Tracer | ((ctx: OpenTelemetryHookContext) => Tracer);

  /** Whether every action of a `ctx.run` that runs gets a span. Default: true. */
  runSpans?: boolean;

  /**
   * Whether events and exceptions that the handler adds to the span of its attempt are dropped while it replays: an
   * earlier attempt has recorded them. Attributes are kept either way. Default: true.
   */
  suppressSpanEventsDuringReplay?: boolean;

  /** Attributes for the spans of attempts, beside those of the SDK, which take precedence. */
  additionalAttemptAttributes?:
    Attributes | ((ctx: OpenTelemetryHookContext) => Attributes | undefined);

  /** Attributes for the spans of runs, beside those of the SDK, which take precedence. */
  additionalRunAttributes?:
    Attributes | ((ctx: OpenTelemetryHookContext, name: string) => Attributes | undefined);
}
