/** One trace: the caller's span, the server's, those of the attempts, and those of the runs. */
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import * as restate from "@restatedev/restate-sdk";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { World } from "../support/world.js";
import { receiveOtlp, type OtlpReceiver } from "./otlp-receiver.fixture.js";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const hooks = [openTelemetryHook({ tracer: provider.getTracer("shop") })];

const stock = restate.service({
  name: "Stock",
  options: { hooks },
  handlers: {
    reserve: async (ctx: restate.Context, item: string) =>
      ctx.run("reserve", () => {
        trace.getActiveSpan()?.setAttribute("item", item);
        return true;
      }),
  },
});

const shop = restate.service({
  name: "Shop",
  options: { hooks },
  handlers: {
    buy: async (ctx: restate.Context, item: string) => {
      trace.getActiveSpan()?.addEvent("asked for", { item });
      const price = await ctx.run("price", () => 42);
      await ctx.serviceClient(stock).reserve(item);
      trace.getActiveSpan()?.addEvent("reserved");
      return price;
    },
    fail: async () => {
      throw new restate.TerminalError("sold out", { errorCode: 410 });
    },
  },
});

let receiver: OtlpReceiver;
let world: World;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  receiver = await receiveOtlp();
  const env = {
    RESTATE_TRACING_SERVICES_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
  // Every wait suspends, so that the handler is replayed.
  world = new World({ name: "tracing", server: { inactivityTimeout: "0s", env } });
  await world.start([shop, stock]);
});
afterAll(async () => {
  await world.stop();
  await receiver.close();
  context.disable();
});

const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

it("caller, server, attempts and runs are one trace, in which every span knows its parent", async () => {
  await world.ingress.call("Shop/buy", "book", { headers: { traceparent } });
  const ours = exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId,
  }));
  expect(new Set(ours.map(({ name }) => name))).toEqual(
    new Set(["attempt Shop/buy", "run (price)", "attempt Stock/reserve", "run (reserve)"]),
  );
  await eventually(() => {
    const all = [CALLER, ...receiver.spans, ...ours];
    const known = new Set(all.map(({ spanId }) => spanId));
    for (const { name, traceId, parentSpanId = "none" } of ours) {
      expect(traceId, name).toBe(CALLER.traceId);
      expect(known, `the parent of ${name}`).toContain(parentSpanId);
    }
    const roots = receiver.spans.filter(
      ({ traceId, parentSpanId }) => traceId === CALLER.traceId && parentSpanId === CALLER.spanId,
    );
    expect(roots).not.toHaveLength(0);
  });
});

it("what is replayed is recorded once", () => {
  const attempts = exporter.getFinishedSpans().filter(({ name }) => name === "attempt Shop/buy");
  expect(attempts.length).toBeGreaterThan(1);
  const events = attempts.flatMap((span) => span.events.map(({ name }) => name));
  expect(events).toEqual(["asked for", "reserved"]);
  const runs = exporter.getFinishedSpans().filter(({ name }) => name === "run (price)");
  expect(runs).toHaveLength(1);
  // Suspended attempts are neither good nor bad; the last one went well.
  const codes = attempts.map(({ status }) => status.code);
  expect(codes.filter((code) => code !== SpanStatusCode.UNSET)).toEqual([SpanStatusCode.OK]);
});

it("a failure is in the trace", async () => {
  exporter.reset();
  await expect(world.ingress.call("Shop/fail")).rejects.toThrow("sold out");
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({
    name: "attempt Shop/fail",
    status: { code: SpanStatusCode.ERROR, message: "sold out" },
  });
  expect(span?.events.map(({ name }) => name)).toEqual(["exception"]);
});
