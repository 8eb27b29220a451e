import { serde, iface, type Serde } from "@restatedev/restate-sdk-core";
import { describe, expect, test } from "vitest";
import type { Context } from "../api/context.js";
import type { ObjectContext, ObjectSharedContext } from "../api/keyed-context.js";
import { descriptionOf, type HandlerFunction, type HandlerKind } from "./handler-description.js";
import { handlers } from "./handlers.js";
import { implement } from "./implement.js";
import { object } from "./object.js";
import { service } from "./service.js";
import { workflow } from "./workflow.js";

/** A definition as the endpoint and the clients read it. */
interface RuntimeDefinition {
  readonly name: string;
  readonly _kind: string;
  readonly _handlers: Record<string, unknown>;
  readonly service?: Record<string, HandlerFunction>;
  readonly object?: Record<string, HandlerFunction>;
  readonly workflow?: Record<string, HandlerFunction>;
}

const runtime = (definition: unknown): RuntimeDefinition => definition as RuntimeDefinition;
/** For what only JavaScript users can write. */
const untyped = (value: unknown): never => value as never;
const nothing = async (_ctx: unknown): Promise<void> => {};
const bytes: Serde<Uint8Array> = serde.binary;

function kindsOf(routes: Record<string, HandlerFunction> | undefined): Record<string, HandlerKind> {
  return Object.fromEntries(
    Object.entries(routes ?? {}).map(([name, handler]) => [
      name,
      descriptionOf(handler)?.kind ?? ("none" as HandlerKind),
    ]),
  );
}

describe("kinds", () => {
  test("handlers of a service are service handlers", () => {
    const definition = runtime(
      service({ name: "s", handlers: { a: nothing, b: handlers.handler({}, nothing) } }),
    );
    expect(definition).toMatchObject({ name: "s", _kind: "service" });
    expect(kindsOf(definition.service)).toEqual({ a: "service", b: "service" });
  });

  test("handlers of an object are exclusive unless wrapped as shared", () => {
    const definition = runtime(
      object({
        name: "o",
        handlers: {
          plain: nothing,
          exclusive: handlers.object.exclusive(nothing),
          shared: handlers.object.shared({}, nothing),
        },
      }),
    );
    expect(definition._kind).toBe("object");
    expect(kindsOf(definition.object)).toEqual({
      plain: "exclusive",
      exclusive: "exclusive",
      shared: "shared",
    });
  });

  test("of a workflow run is the workflow handler, the others are shared, and run comes first", () => {
    const definition = runtime(
      workflow({
        name: "w",
        handlers: { query: nothing, signal: handlers.workflow.shared(nothing), run: nothing },
      }),
    );
    expect(definition._kind).toBe("workflow");
    expect(kindsOf(definition.workflow)).toEqual({
      run: "workflow",
      query: "shared",
      signal: "shared",
    });
    expect(Object.keys(definition.workflow ?? {})[0]).toBe("run");
  });

  test("run may be inherited", () => {
    class Flow {
      async run(_ctx: unknown): Promise<void> {}
    }
    const definition = runtime(workflow({ name: "w", handlers: new Flow() }));
    expect(kindsOf(definition.workflow)).toEqual({ run: "workflow" });
  });
});

describe("handlers", () => {
  test("call each other through this", async () => {
    const definition = runtime(
      service({
        name: "s",
        handlers: {
          greet(ctx: Context, name: string): Promise<string> {
            return this.decorate(ctx, name);
          },
          async decorate(_ctx: Context, name: string): Promise<string> {
            return `Hello ${name}`;
          },
        },
      }),
    );
    expect(await definition.service?.["greet"]?.({}, "Ada")).toBe("Hello Ada");
  });

  test("stay callable functions with their name", async () => {
    async function add(_ctx: ObjectContext, n: number): Promise<number> {
      return n + 1;
    }
    const wrapped = handlers.object.exclusive({ description: "adds" }, add);
    expect(wrapped.name).toBe("add");
    expect(await wrapped({} as ObjectContext, 1)).toBe(2);
  });

  test("one function can be wrapped differently in two definitions", () => {
    const wrapped = handlers.object.shared(async (_ctx: ObjectSharedContext) => {});
    const plain = async (_ctx: ObjectContext): Promise<void> => {};
    const first = runtime(object({ name: "a", handlers: { plain, wrapped } }));
    const second = runtime(service({ name: "b", handlers: untyped({ plain }) }));
    expect(kindsOf(first.object)).toEqual({ plain: "exclusive", wrapped: "shared" });
    expect(kindsOf(second.service)).toEqual({ plain: "service" });
    expect(descriptionOf(plain as HandlerFunction)).toBeUndefined();
  });

  test("wrapping again replaces the options", () => {
    const once = handlers.handler({ description: "once" }, nothing);
    const twice = handlers.handler({ description: "twice" }, once);
    expect(descriptionOf(once as HandlerFunction)?.options?.description).toBe("once");
    expect(descriptionOf(twice as HandlerFunction)?.options?.description).toBe("twice");
  });
});

describe("descriptors for clients", () => {
  test("the nearest serde that was declared is recorded, and none if none was", () => {
    const own = { ...bytes };
    const ofHandler = { ...bytes };
    const ofService = { ...bytes };
    const plain = runtime(service({ name: "s", handlers: { a: nothing } }));
    expect(plain._handlers["a"]).toMatchObject({ _inputSerde: undefined, _outputSerde: undefined });
    const definition = runtime(
      service({
        name: "s",
        options: { serde: ofService },
        handlers: {
          plain: nothing,
          withSerde: handlers.handler({ serde: ofHandler }, nothing as never),
          withInput: handlers.handler({ input: own, serde: ofHandler }, nothing as never),
        },
      }),
    );
    const serdes = Object.values(
      definition._handlers as Record<string, Record<string, unknown>>,
    ).map((descriptor) => [descriptor["_inputSerde"], descriptor["_outputSerde"]]);
    expect(serdes[0]?.every((used) => used === ofService)).toBe(true);
    expect(serdes[1]?.every((used) => used === ofHandler)).toBe(true);
    expect(serdes[2]?.[0]).toBe(own);
    expect(serdes[2]?.[1]).toBe(ofHandler);
  });

  test("shared handlers are marked", () => {
    const definition = runtime(
      object({ name: "o", handlers: { a: nothing, b: handlers.object.shared(nothing) } }),
    );
    expect(definition._handlers).toMatchObject({ a: { _shared: false }, b: { _shared: true } });
  });
});

describe("implement", () => {
  const contract = iface.object(
    "counter",
    {
      add: iface.json<number, number>({ description: "adds", metadata: { team: "a" } }),
      get: iface.shared.serdes({ input: serde.empty, output: bytes }),
    },
    { description: "counts", metadata: { owner: "me" } },
  );
  const implementation = {
    add: async (_ctx: ObjectContext, n: number) => n,
    get: async () => new Uint8Array(),
  };

  test("takes kinds, serdes and documentation from the interface", () => {
    const definition = runtime(implement(contract, { handlers: implementation }));
    expect(definition).toMatchObject({
      name: "counter",
      _kind: "object",
      description: "counts",
      metadata: { owner: "me" },
    });
    expect(definition._handlers).toBe(contract._handlers);
    expect(kindsOf(definition.object)).toEqual({ add: "exclusive", get: "shared" });
    const add = descriptionOf(definition.object?.["add"] as HandlerFunction)?.options;
    expect(add).toMatchObject({ description: "adds", metadata: { team: "a" } });
    const get = descriptionOf(definition.object?.["get"] as HandlerFunction)?.options;
    expect(get?.input).toBe(serde.empty);
    expect(get?.output).toBe(bytes);
  });

  test("options for the service and for handlers are kept apart", () => {
    const definition = implement(contract, {
      handlers: implementation,
      description: "counts better",
      options: { ingressPrivate: true, handlers: { add: { inactivityTimeout: 5 } } },
    });
    expect(definition).toMatchObject({
      description: "counts better",
      options: { ingressPrivate: true },
    });
    expect((definition as { options?: object }).options).not.toHaveProperty("handlers");
    const add = descriptionOf(runtime(definition).object?.["add"] as HandlerFunction)?.options;
    expect(add).toMatchObject({ inactivityTimeout: 5, description: "adds" });
  });

  test("workflow interfaces: run is the workflow handler, others are shared however declared", () => {
    const flow = iface.workflow("flow", { query: iface.json<void, string>(), run: iface.json() });
    const definition = runtime(
      implement(flow, { handlers: { query: async () => "", run: async () => {} } }),
    );
    expect(kindsOf(definition.workflow)).toEqual({ run: "workflow", query: "shared" });
  });

  test("a missing handler is named", () => {
    expect(() => implement(contract, { handlers: { add: implementation.add } as never })).toThrow(
      /object "counter".*"get"/,
    );
  });

  test("a workflow interface without run is refused", () => {
    const flow = iface.workflow("flow", { query: iface.json<void, string>() });
    expect(() => implement(flow, { handlers: { query: async () => "" } })).toThrow(/run/);
  });
});

describe("mistakes are named where they were made", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["no argument", () => service(undefined as never), /service undefined: the name must/],
    ["no name", () => service({ handlers: {} } as never), /service undefined: the name must/],
    ["an empty name", () => service({ name: "", handlers: {} }), /service "": the name must/],
    ["a slash in a name", () => object({ name: "a/b", handlers: {} }), /object "a\/b": .*slashes/],
    ["no handlers", () => object({ name: "o" } as never), /object "o": handlers must be an object/],
    ["a list of handlers", () => object({ name: "o", handlers: [] as never }), /must be an object/],
    [
      "a handler that is no function",
      () => service({ name: "s", handlers: untyped({ a: 1 }) }),
      /service "s", handler "a": a handler must be an async function, but this one is \[object Number\]/,
    ],
    [
      "a generator function",
      () => service({ name: "s", handlers: untyped({ *a() {} }) }),
      /service "s", handler "a": .*GeneratorFunction/,
    ],
    [
      "an instance whose methods would be overlooked",
      () =>
        service({
          name: "s",
          handlers: untyped(
            new (class {
              greet() {}
            })(),
          ),
        }),
      /service "s": handlers must be .*not an instance of a class/,
    ],
    [
      "a workflow without run",
      () => workflow({ name: "w", handlers: {} as never }),
      /workflow "w".*run/,
    ],
    [
      "run wrapped as shared",
      () => workflow({ name: "w", handlers: untyped({ run: handlers.workflow.shared(nothing) }) }),
      /workflow "w", handler "run"/,
    ],
    [
      "a second workflow handler",
      () =>
        workflow({
          name: "w",
          handlers: { run: nothing, other: handlers.workflow.workflow(nothing) } as never,
        }),
      /workflow "w", handler "other": only the handler run/,
    ],
    [
      "a wrapper without a function",
      () => handlers.object.shared({} as never),
      /handlers\.object\.shared: the handler must be a function/,
    ],
  ])("%s", (_name, define, message) => {
    expect(define).toThrow(TypeError);
    expect(define).toThrow(message);
  });

  test.each<[string, object, RegExp]>([
    ["a negative duration", { inactivityTimeout: -1 }, /inactivityTimeout must be 0 or more mill/],
    [
      "a duration that sums up to less than 0",
      { abortTimeout: { seconds: 1, minutes: -1 } },
      /abortTimeout/,
    ],
    ["a duration that is no number", { journalRetention: Number("x") }, /journalRetention/],
    ["a textual duration", { idempotencyRetention: "5m" }, /idempotencyRetention .*is "5m"/],
    [
      "a negative retry interval",
      { retryPolicy: { initialInterval: -1 } },
      /retryPolicy\.initialInterval/,
    ],
    ["half an attempt", { retryPolicy: { maxAttempts: 0.5 } }, /retryPolicy\.maxAttempts/],
    ["an unknown action", { retryPolicy: { onMaxAttempts: "stop" } }, /"pause" or "kill".*"stop"/],
    [
      "a schema instead of a serde",
      { serde: { "~standard": {} } },
      /serde must be a serde, .*wrap a schema/,
    ],
    ["something else instead of a serde", { serde: {} }, /serde must be a serde, with serialize/],
    ["hooks that are no functions", { hooks: [{}] }, /hooks must be a list of functions/],
    ["a hook that is no list", { hooks: () => ({}) }, /hooks must be a list of functions/],
    ["asTerminalError", { asTerminalError: true }, /asTerminalError must be a function/],
    [
      "onJournalMismatchErrors",
      { onJournalMismatchErrors: "ignore" },
      /"retry" or "pause" or "fail"/,
    ],
    ["options that are none", "x" as never, /the options must be an object/],
  ])("%s, for a service and for a handler", (_name, options, message) => {
    const ofService = () =>
      service({ name: "s", handlers: { a: nothing }, options: untyped(options) });
    expect(ofService).toThrow(message);
    expect(ofService).toThrow(/^service "s": /);
    const ofHandler = () =>
      service({ name: "s", handlers: { a: handlers.handler(options as never, nothing) } });
    expect(ofHandler).toThrow(message);
    expect(ofHandler).toThrow(/^service "s", handler "a": /);
  });

  test.each<[string, object]>([
    ["input without deserialize", { input: { serialize() {} } }],
    ["output without serialize", { output: { deserialize() {} } }],
    ["metadata that is no text", { metadata: { a: 1 } }],
  ])("%s of a handler", (_name, options) => {
    expect(() =>
      object({ name: "o", handlers: { a: handlers.object.shared(options as never, nothing) } }),
    ).toThrow(/^object "o", handler "a": /);
  });
});

test.each<[string, object]>([
  ["zero durations", { inactivityTimeout: 0, abortTimeout: {}, retryPolicy: { maxAttempts: 0 } }],
  ["endless durations", { inactivityTimeout: Infinity, retryPolicy: { maxAttempts: Infinity } }],
  ["options left undefined", { inactivityTimeout: undefined, retryPolicy: undefined }],
  ["options left null", { serde: null, hooks: null, retryPolicy: null }],
  ["unknown options", { somethingNew: "x", toString: 1 }],
  ["one-way serdes", { input: { deserialize() {} }, output: { serialize() {} } }],
  ["undefined metadata", { metadata: { a: undefined } }],
])("the official SDK accepts %s, so do we", (_name, options) => {
  expect(() =>
    service({ name: "s", handlers: { a: handlers.handler(options as never, nothing) } }),
  ).not.toThrow();
});
