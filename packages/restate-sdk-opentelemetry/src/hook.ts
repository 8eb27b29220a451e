/** Traces attempts and runs through the hooks of the SDK. */
import { context, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { HooksProvider, Interceptor } from "@restatedev/restate-sdk";

import type { OpenTelemetryHookContext, OpenTelemetryHookOptions } from "./options.js";
import { QuietSpan } from "./quiet-span.js";

/**
 * Traces every attempt of an invocation, and every action of a `ctx.run` that runs, with OpenTelemetry.
 *
 * The span of an attempt, `attempt <target>`, is a child of the span that Restate sends with the request (W3C trace
 * context), has the attributes `restate.invocation.id` and `restate.invocation.target`, and is the active one in the
 * handler. The span of a run, `run (<name>)`, is its child, has the attribute `restate.run.name`, and is active in the
 * action. What the journal answers has no span.
 *
 * A span ends with status OK, or with ERROR and the exception. An attempt that ends because the invocation suspends or
 * pauses has neither.
 *
 * @example
 * ```ts
 * const greeter = restate.service({
 *   name: "Greeter",
 *   options: { hooks: [openTelemetryHook({ tracer: trace.getTracer("greeter") })] },
 *   handlers: { greet },
 * });
 * ```
 */
export function openTelemetryHook(options: OpenTelemetryHookOptions): HooksProvider {
  const { runSpans = true, suppressSpanEventsDuringReplay = true } = options;
  return (hookContext) => {
    const { request } = hookContext;
    const tracer = valueFor(options.tracer, hookContext);
    const parent = propagator.extract(context.active(), request.attemptHeaders, HEADERS);
    const target = String(request.target);
    const attributes = {
      ...valueFor(options.additionalAttemptAttributes, hookContext),
      "restate.invocation.id": request.id,
      "restate.invocation.target": target,
    };
    const attempt = tracer.startSpan(`attempt ${target}`, { attributes }, parent);
    const seen = suppressSpanEventsDuringReplay
      ? new QuietSpan(attempt, replayOf(hookContext))
      : attempt;
    const inAttempt = trace.setSpan(parent, seen);
    const interceptor: Interceptor = { handler: (next) => traced(attempt, inAttempt, next) };
    if (runSpans) {
      interceptor.run = (name, next) => {
        const runAttributes = {
          ...valueFor(options.additionalRunAttributes, hookContext, name),
          "restate.run.name": name,
        };
        const run = tracer.startSpan(`run (${name})`, { attributes: runAttributes }, inAttempt);
        return traced(run, trace.setSpan(inAttempt, run), next);
      };
    }
    return { interceptor };
  };
}

const propagator = new W3CTraceContextPropagator();

type AttemptHeaders = OpenTelemetryHookContext["request"]["attemptHeaders"];

const HEADERS = {
  get: (headers: AttemptHeaders, name: string) => headers.get(name),
  keys: (headers: AttemptHeaders) => [...headers.keys()],
};

async function traced(span: Span, active: Context, next: () => Promise<void>): Promise<void> {
  try {
    await context.with(active, next);
    span.setStatus({ code: SpanStatusCode.OK });
  } catch (error) {
    if (!isSuspended(error)) {
      const message = messageOf(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.recordException(error instanceof Error ? error : message);
    }
    throw error;
  } finally {
    span.end();
  }
}

/** As the SDK's `isSuspendedError`, whose import would bring Node's part of the SDK into every bundle. */
function isSuspended(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "SuspendedError" &&
    "code" in error &&
    error.code === 599
  );
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "Unknown error";
}

/** The SDK tells by this property of a hook's argument whether the attempt does something new. */
const IS_PROCESSING = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");

function replayOf(hookContext: OpenTelemetryHookContext): () => boolean {
  const { [IS_PROCESSING]: isProcessing } = hookContext as unknown as {
    [IS_PROCESSING]?: () => boolean;
  };
  return () => isProcessing?.() === false;
}

function valueFor<T, TArgs extends unknown[]>(
  source: T | ((...args: TArgs) => T),
  ...args: TArgs
): T {
  return typeof source === "function" ? (source as (...args: TArgs) => T)(...args) : source;
}
