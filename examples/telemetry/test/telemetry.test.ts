/** Which spans the services make, however often they are replayed. */
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { afterAll, beforeEach, expect, it } from "vitest";
import { shop, warehouse } from "../src/shop.js";
import { startTracing } from "../src/tracing.js";

const exporter = new InMemorySpanExporter();
const tracer = startTracing(new SimpleSpanProcessor(exporter));
const environment = () =>
  createTestEnvironment({
    services: [shop, warehouse],
    defaultServiceOptions: { hooks: [openTelemetryHook({ tracer })] },
  });

beforeEach(() => {
  exporter.reset();
});
afterAll(() => {
  context.disable();
  trace.disable();
});

it("has a span for every step that ran, none for those that were replayed", async () => {
  await using env = await environment();
  const purchase = env.send(shop).buy("tea");
  await purchase.result();
  expect(purchase.attempts.length).toBeGreaterThan(1);
  expect(named("run (look up the price)")).toHaveLength(1);
  // The warehouse fails at every other request, the first one included.
  expect(named("run (reserve)")).toHaveLength(2);
  expect(named("attempt TracedShop/buy")).toHaveLength(purchase.attempts.length);
});

it("has the events of a handler once", async () => {
  await using env = await environment();
  await env.call(shop).buy("tea");
  const events = named("attempt TracedShop/buy").flatMap((span) => span.events);
  expect(events.map(({ name }) => name)).toEqual(["wanted", "sold"]);
});

it("has what a library traces inside of a step below the step", async () => {
  await using env = await environment();
  await env.call(warehouse).reserve("tea");
  const runs = named("run (reserve)").map((span) => span.spanContext().spanId);
  const updates = named("UPDATE stock");
  expect(updates.map((span) => span.parentSpanContext?.spanId)).toEqual(runs);
});

it("tells failed attempts from those that went well", async () => {
  await using env = await environment();
  const reserving = env.send(warehouse).reserve("tea");
  await reserving.result();
  const attempts = named("attempt TracedWarehouse/reserve");
  expect(attempts.at(0)?.status).toEqual({
    code: SpanStatusCode.ERROR,
    message: "The warehouse does not answer",
  });
  expect(attempts.at(-1)?.status.code).toBe(SpanStatusCode.OK);
  expect(attempts.at(0)?.attributes["restate.invocation.id"]).toBe(reserving.id);
});

function named(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}
