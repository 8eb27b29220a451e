/** Shows the trace of a purchase as a tree: the caller, the server, the attempts, their steps, and what runs in these. */
import { deepEqual, equal } from "node:assert/strict";
import { context, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { rpc } from "@restatedev/restate-sdk-clients";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { shop, warehouse } from "./src/shop.js";
import { startTracing } from "./src/tracing.js";
import {
  receiveOtlp,
  type OtlpReceiver,
  type ReceivedSpan,
} from "../../test/e2e/companions/otlp-receiver.fixture.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example } from "../support/contract.js";

const exporter = new InMemorySpanExporter();
const tracer = startTracing(new SimpleSpanProcessor(exporter));
let receiver: OtlpReceiver | undefined;

export default {
  title: "Traces with OpenTelemetry",
  endpoint: {
    services: [shop, warehouse],
    defaultServiceOptions: { hooks: [openTelemetryHook({ tracer })] },
  },
  // The server passes trace contexts on if it is told where to send its own spans.
  beside: async () => {
    const started = await receiveOtlp();
    receiver = started;
    const serverEnv = {
      RESTATE_TRACING_ENDPOINT: started.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    };
    return { serverEnv, close: () => started.close() };
  },
  play: async ({ narrator, ingress, ask }) => {
    narrator.act("A purchase, of which the warehouse heard at the second attempt");
    const client = ingress.serviceClient<typeof shop>({ name: "TracedShop" });
    const click = tracer.startSpan("a customer clicks");
    const headers = traceHeaders(click);
    equal(await ask("TracedShop/buy tea", () => client.buy("tea", rpc.opts({ headers }))), 420);
    click.end();

    const { traceId } = click.spanContext();
    const spans = await eventually(() => {
      const all = [...ourSpans(), ...(receiver?.spans ?? [])];
      const ofTrace = all.filter((span) => span.traceId === traceId);
      const ids = new Set(ofTrace.map(({ spanId }) => spanId));
      const lost = ofTrace.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId));
      // The server sends its spans after a while.
      deepEqual(lost, []);
      return ofTrace;
    });
    const tree = treeOf(spans);
    for (const { depth, name } of tree) narrator.fact("", `${"  ".repeat(depth)}${name}`);

    const pathsTo = (wanted: string) =>
      tree.filter(({ name }) => name === wanted).map(({ path }) => path);
    const pathToUpdate = [
      "a customer clicks",
      "ingress TracedShop/buy",
      "invocation-start TracedShop/buy",
      "invocation-attempt TracedShop/buy",
      "invocation-start TracedWarehouse/reserve",
      "invocation-attempt TracedWarehouse/reserve",
      "attempt TracedWarehouse/reserve",
      "run (reserve)",
      "UPDATE stock",
    ];
    deepEqual(pathsTo("UPDATE stock"), [pathToUpdate, pathToUpdate]);
    equal(pathsTo("run (look up the price)").length, 1);

    const finished = exporter.getFinishedSpans();
    const attempts = finished.filter(({ name }) => name === "attempt TracedWarehouse/reserve");
    const codes = attempts.map(({ status }) => status.code);
    deepEqual(codes, [SpanStatusCode.ERROR, SpanStatusCode.OK]);
    const buying = finished.filter(({ name }) => name === "attempt TracedShop/buy");
    deepEqual(
      buying.flatMap(({ events }) => events.map(({ name }) => name)),
      ["wanted", "sold"],
    );
    narrator.moral("Every attempt has its span, and its failure is in it. Replays leave no trace.");
  },
} satisfies Example;

/** As the instrumentation of an HTTP client sends them. */
function traceHeaders(span: Span): Record<string, string> {
  const headers: Record<string, string> = {};
  new W3CTraceContextPropagator().inject(trace.setSpan(context.active(), span), headers, {
    set: (carrier: Record<string, string>, name, value) => {
      carrier[name] = value;
    },
  });
  return headers;
}

function ourSpans(): ReceivedSpan[] {
  return exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
  }));
}

interface Line {
  readonly name: string;
  readonly depth: number;
  /** Names from the root to the span. */
  readonly path: readonly string[];
}

function treeOf(
  spans: readonly ReceivedSpan[],
  parent = "",
  above: readonly string[] = [],
): Line[] {
  const children = spans.filter(({ parentSpanId = "" }) => parentSpanId === parent);
  return children.flatMap(({ name, spanId }) => {
    const path = [...above, name];
    return [{ name, depth: above.length, path }, ...treeOf(spans, spanId, path)];
  });
}
