/** What the hook makes of attempts and runs, with the real OpenTelemetry SDK. */
import { context, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { TerminalError, type Hooks, type Request } from "@restatedev/restate-sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { SuspendedError } from "../../restate-sdk/src/errors/internal-errors.js";
import { openTelemetryHook, type OpenTelemetryHookOptions } from "./index.js";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterEach(() => {
  exporter.reset();
});
afterAll(() => {
  context.disable();
});

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";

function request(headers: Record<string, string | string[]> = {}): Request {
  return {
    id: "inv_1",
    target: { service: "Greeter", handler: "greet", toString: () => "Greeter/greet" },
    attemptHeaders: new Map(Object.entries(headers)),
  } as unknown as Request;
}

interface Attempt {
  readonly options?: Partial<OpenTelemetryHookOptions>;
  readonly headers?: Record<string, string | string[]>;
  readonly isProcessing?: () => boolean;
}

/** An attempt as the SDK makes one: the provider is asked, then its interceptors are called. */
async function attempt(
  handler: (run: NonNullable<NonNullable<Hooks["interceptor"]>["run"]>) => Promise<void>,
  { options, headers, isProcessing = () => true }: Attempt = {},
): Promise<void> {
  const key = Symbol.for("@restatedev/restate-sdk/hooks.isProcessing");
  const hookContext = { request: request(headers), [key]: isProcessing };
  const { interceptor = {} } = openTelemetryHook({ tracer, ...options })(hookContext);
  const run = interceptor.run ?? ((_name, next) => next());
  await interceptor.handler?.(() => handler(run));
}

const spans = () => exporter.getFinishedSpans();
const only = () => {
  expect(spans()).toHaveLength(1);
  return spans()[0]!;
};

describe("the span of an attempt", () => {
  it("says which invocation it is and that it went well", async () => {
    await attempt(async () => undefined);
    expect(only()).toMatchObject({
      name: "attempt Greeter/greet",
      status: { code: SpanStatusCode.OK },
      attributes: {
        "restate.invocation.id": "inv_1",
        "restate.invocation.target": "Greeter/greet",
      },
      parentSpanContext: undefined,
    });
  });

  it.each([
    ["a header", `00-${TRACE_ID}-${PARENT_ID}-01`],
    ["a header with values", [`00-${TRACE_ID}-${PARENT_ID}-01`]],
  ])("is a child of the one Restate sends, in %s", async (_what, traceparent) => {
    await attempt(async () => undefined, { headers: { traceparent, tracestate: "a=b" } });
    expect(only().spanContext().traceId).toBe(TRACE_ID);
    expect(only().parentSpanContext).toMatchObject({ spanId: PARENT_ID, isRemote: true });
    expect(only().spanContext().traceState?.serialize()).toBe("a=b");
  });

  it("is a child of the active one when Restate sends none", async () => {
    const outer = tracer.startSpan("outer");
    await context.with(trace.setSpan(context.active(), outer), () =>
      attempt(async () => undefined),
    );
    expect(only().parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  it("is active in the handler, also after it has waited", async () => {
    await attempt(async () => {
      await Promise.resolve();
      trace.getActiveSpan()?.setAttribute("mine", 1).addEvent("seen");
    });
    expect(only().attributes["mine"]).toBe(1);
    expect(only().events.map(({ name }) => name)).toEqual(["seen"]);
  });

  it.each([
    ["an error", new TerminalError("no such user"), "no such user"],
    ["a string", "no such user", "no such user"],
    ["anything else", 5, "Unknown error"],
  ])("records %s and throws it again", async (_what, thrown, message) => {
    await expect(attempt(() => Promise.reject(thrown as Error))).rejects.toBe(thrown);
    expect(only().status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(only().events).toMatchObject([
      { name: "exception", attributes: { "exception.message": message } },
    ]);
  });

  it("says nothing of an attempt that suspends", async () => {
    const suspended = new SuspendedError();
    await expect(attempt(() => Promise.reject(suspended))).rejects.toBe(suspended);
    expect(only().status).toEqual({ code: SpanStatusCode.UNSET });
    expect(only().events).toEqual([]);
  });

  it("has the attributes that are asked for, but those of the SDK come first", async () => {
    const mine = { team: "a", "restate.invocation.id": "mine" };
    await attempt(async () => undefined, { options: { additionalAttemptAttributes: mine } });
    expect(only().attributes).toMatchObject({ team: "a", "restate.invocation.id": "inv_1" });
  });

  it("has attributes and a tracer that depend on the request", async () => {
    const options: Partial<OpenTelemetryHookOptions> = {
      tracer: ({ request: { target } }) => provider.getTracer(target.service),
      additionalAttemptAttributes: ({ request: { target } }) => ({ handler: target.handler }),
    };
    await attempt(async () => undefined, { options });
    expect(only().instrumentationScope.name).toBe("Greeter");
    expect(only().attributes["handler"]).toBe("greet");
  });
});

describe("while the handler replays", () => {
  const replay = (span: Span | undefined) => {
    span
      ?.setAttribute("a", 1)
      .setAttributes({ b: 2 })
      .addEvent("again")
      .updateName("renamed")
      .addLink({ context: span.spanContext() })
      .addLinks([])
      .setStatus({ code: SpanStatusCode.UNSET })
      .recordException(new Error("again"));
    return span?.isRecording() && span.spanContext().traceId;
  };

  it("drops events and exceptions, and nothing else", async () => {
    let isReplaying = true;
    let traceId: unknown;
    await attempt(
      async () => {
        traceId = replay(trace.getActiveSpan());
        isReplaying = false;
        trace.getActiveSpan()?.addEvent("new");
      },
      { isProcessing: () => !isReplaying },
    );
    expect(only()).toMatchObject({ name: "renamed", attributes: { a: 1, b: 2 } });
    expect(only().links).toHaveLength(1);
    expect(only().events.map(({ name }) => name)).toEqual(["new"]);
    expect(traceId).toBe(only().spanContext().traceId);
  });

  it("keeps them when asked to", async () => {
    const options = { suppressSpanEventsDuringReplay: false };
    await attempt(async () => void replay(trace.getActiveSpan()), {
      options,
      isProcessing: () => false,
    });
    expect(only().events.map(({ name }) => name)).toEqual(["again", "exception"]);
  });

  it("still records why the attempt failed", async () => {
    const failing = attempt(() => Promise.reject(new Error("mismatch")), {
      isProcessing: () => false,
    });
    await expect(failing).rejects.toThrow("mismatch");
    expect(only().events).toHaveLength(1);
  });

  it("lets a handler end its span", async () => {
    await attempt(async () => trace.getActiveSpan()?.end());
    expect(only().ended).toBe(true);
  });
});

describe("the span of a run", () => {
  it("is a child of its attempt, and active in the action", async () => {
    await attempt(async (run) => {
      await run("charge", async () => {
        await Promise.resolve();
        trace.getActiveSpan()?.addEvent("charged");
      });
    });
    const [run, whole] = spans();
    expect(run).toMatchObject({
      name: "run (charge)",
      status: { code: SpanStatusCode.OK },
      attributes: { "restate.run.name": "charge" },
      events: [{ name: "charged" }],
    });
    expect(run?.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId);
  });

  it("records the error of the action and throws it again", async () => {
    const declined = new Error("declined");
    await attempt(async (run) => {
      await expect(run("charge", () => Promise.reject(declined))).rejects.toBe(declined);
    });
    const [run, whole] = spans();
    expect(run?.status).toEqual({ code: SpanStatusCode.ERROR, message: "declined" });
    expect(whole?.status.code).toBe(SpanStatusCode.OK);
  });

  it("has the attributes that are asked for", async () => {
    const additionalRunAttributes = (_context: unknown, name: string) => ({ twice: name + name });
    await attempt((run) => run("ab", async () => undefined), {
      options: { additionalRunAttributes },
    });
    expect(spans()[0]?.attributes).toMatchObject({ twice: "abab", "restate.run.name": "ab" });
  });

  it("is left out when asked to", async () => {
    await attempt((run) => run("ab", async () => undefined), { options: { runSpans: false } });
    expect(only().name).toBe("attempt Greeter/greet");
  });
});
