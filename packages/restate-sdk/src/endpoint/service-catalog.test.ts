import { serde, type Serde } from "@restatedev/restate-sdk-core";
import * as official from "official-sdk";
import { describe, expect, test, vi } from "vitest";
import type { Context } from "../api/context.js";
import type { HooksProvider } from "../api/hooks.js";
import type { DefaultServiceOptions } from "../api/options.js";
import { handlers } from "../define/handlers.js";
import { object } from "../define/object.js";
import { service } from "../define/service.js";
import { workflow } from "../define/workflow.js";
import { TerminalError } from "../errors/terminal-error.js";
import { buildCatalog, type CatalogHandler } from "./service-catalog.js";

const nothing = async (): Promise<void> => {};
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function handlerOf(
  definition: unknown,
  name: string,
  defaults?: DefaultServiceOptions,
): CatalogHandler {
  const [catalogService] = buildCatalog([definition], defaults).values();
  const handler = catalogService?.handlers.get(name);
  if (handler === undefined) throw new Error(`no handler ${name}`);
  return handler;
}

describe("execution options: the nearest level that says something wins", () => {
  const serdeOf = (contentType: string): Serde<unknown> => ({ ...serde.binary, contentType });
  const [e, s, h] = ["endpoint", "service", "handler"].map(serdeOf);
  const asTerminalError = [1, 2, 3].map(() => () => undefined);

  test("nothing said anywhere", () => {
    const { options } = handlerOf(service({ name: "s", handlers: { a: nothing } }), "a");
    expect(options).toEqual({
      hooks: [],
      defaultSerde: serde.json,
      asTerminalError: undefined,
      explicitCancellation: false,
      onJournalMismatchErrors: "retry",
    });
  });

  const everywhere = (levels: { service: boolean; handler: boolean }): CatalogHandler =>
    handlerOf(
      service({
        name: "s",
        handlers: {
          a: levels.handler
            ? handlers.handler(
                {
                  serde: h as never,
                  asTerminalError: asTerminalError[2] as never,
                  explicitCancellation: false,
                  onJournalMismatchErrors: "fail",
                },
                nothing,
              )
            : nothing,
        },
        ...(levels.service && {
          options: {
            serde: s as never,
            asTerminalError: asTerminalError[1] as never,
            explicitCancellation: true,
            onJournalMismatchErrors: "pause",
          },
        }),
      }),
      "a",
      {
        serde: e as never,
        asTerminalError: asTerminalError[0] as never,
        explicitCancellation: true,
        onJournalMismatchErrors: "retry",
      },
    );

  test.each([
    [{ service: false, handler: false }, e, 0, true, "retry"],
    [{ service: true, handler: false }, s, 1, true, "pause"],
    [{ service: true, handler: true }, h, 2, false, "fail"],
    [{ service: false, handler: true }, h, 2, false, "fail"],
  ] as const)("%j", (levels, expectedSerde, mapper, explicitCancellation, onMismatch) => {
    const { options } = everywhere(levels);
    expect(options.defaultSerde).toBe(expectedSerde);
    expect(options.asTerminalError).toBe(asTerminalError[mapper]);
    expect(options).toMatchObject({ explicitCancellation, onJournalMismatchErrors: onMismatch });
  });

  test("input and output serde override the default one", () => {
    const input = { ...serde.binary };
    const definition = service({
      name: "s",
      options: { serde: s as never },
      handlers: { a: handlers.handler({ input, serde: h as never }, nothing as never) },
    });
    const handler = handlerOf(definition, "a");
    expect(handler.input).toBe(input);
    expect(handler.output).toBe(h);
  });
});

describe("hooks", () => {
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, (): HooksProvider => () => ({}));
  const list = (...providers: (HooksProvider | undefined)[]): HooksProvider[] =>
    providers as HooksProvider[];
  const withHooks = (ofService?: HooksProvider[], ofHandler?: HooksProvider[]) =>
    service({
      name: "s",
      handlers: { x: ofHandler ? handlers.handler({ hooks: ofHandler }, nothing) : nothing },
      ...(ofService && { options: { hooks: ofService } }),
    });

  test("those of a service come before, so outside of, those of its handlers", () => {
    const { options } = handlerOf(withHooks(list(a, b), list(c, d)), "x");
    expect(options.hooks).toEqual([a, b, c, d]);
    expect(options.hooks[2]).toBe(c);
  });

  test("those of the endpoint are a default: a service with hooks of its own replaces them", () => {
    const defaults = { hooks: list(e, f) };
    expect(handlerOf(withHooks(undefined, list(c)), "x", defaults).options.hooks).toEqual([
      e,
      f,
      c,
    ]);
    expect(handlerOf(withHooks(list(a), list(c)), "x", defaults).options.hooks).toEqual([a, c]);
  });
});

describe("kinds", () => {
  const wrappedAsShared: never = { x: handlers.object.shared(nothing) } as never;

  test.each([
    ["service", service({ name: "s", handlers: wrappedAsShared })],
    ["exclusive", object({ name: "o", handlers: { x: nothing } })],
    ["shared", object({ name: "o", handlers: { x: handlers.object.shared(nothing) } })],
    ["shared", object({ name: "o", handlers: { x: handlers.handler({}, nothing) } })],
    ["shared", workflow({ name: "w", handlers: { run: nothing, x: nothing } })],
    [
      "shared",
      workflow({ name: "w", handlers: { run: nothing, x: handlers.handler({}, nothing) } }),
    ],
  ])("%s", (kind, definition) => {
    expect(handlerOf(definition, "x").kind).toBe(kind);
  });

  test("run of a workflow", () => {
    expect(handlerOf(workflow({ name: "w", handlers: { run: nothing } }), "run").kind).toBe(
      "workflow",
    );
  });
});

describe("invoke", () => {
  test("decodes the input, calls the handler on its siblings, encodes the result", async () => {
    const definition = service({
      name: "s",
      handlers: {
        async double(ctx: Context, n: number): Promise<{ doubled: number }> {
          return { doubled: await this.add(ctx, [n, n]) };
        },
        async add(_ctx: Context, [x, y]: [number, number]): Promise<number> {
          return x + y;
        },
      },
    });
    expect(await handlerOf(definition, "double").invoke({}, encode(21))).toEqual({ doubled: 42 });
  });

  test("passes the context on", async () => {
    const handler = vi.fn(nothing);
    const context = {};
    await handlerOf(service({ name: "s", handlers: { a: handler } }), "a").invoke(
      context,
      encode(1),
    );
    expect(handler.mock.calls).toEqual([[context, 1]]);
    expect((handler.mock.calls as unknown[][])[0]?.[0]).toBe(context);
  });

  test("an empty input is no input", async () => {
    const handler = vi.fn(nothing);
    const invoked = handlerOf(service({ name: "s", handlers: { a: handler } }), "a");
    expect(await invoked.invoke({}, new Uint8Array())).toBeUndefined();
    expect((handler.mock.calls as unknown[][])[0]?.[1]).toBeUndefined();
  });

  test("an input that cannot be decoded is a terminal error of the caller", () => {
    const handler = vi.fn(nothing);
    const invoked = handlerOf(service({ name: "s", handlers: { a: handler } }), "a");
    let error: unknown;
    try {
      invoked.invoke({}, encode("x").slice(1));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^Failed to deserialize input: ./) as string,
      cause: expect.any(SyntaxError) as Error,
    });
    expect(handler).not.toHaveBeenCalled();
  });
});

describe("definitions made with the official SDK", () => {
  test("can be served, with kinds, options and this", async () => {
    const input = official.serde.binary;
    const definition = official.object({
      name: "o",
      handlers: {
        greet(ctx: official.ObjectContext, name: string): Promise<string> {
          return this.decorate(ctx, name);
        },
        async decorate(_ctx: official.ObjectContext, name: string): Promise<string> {
          return `Hello ${name}`;
        },
        look: official.handlers.object.shared({ input }, nothing as never),
      },
    });
    expect(handlerOf(definition, "greet").kind).toBe("exclusive");
    expect(handlerOf(definition, "look")).toMatchObject({ kind: "shared", input });
    expect(await handlerOf(definition, "greet").invoke({}, encode("Ada"))).toBe("Hello Ada");
  });

  test("handlers wrapped with it can be used in our definitions", () => {
    const wrapped = official.handlers.object.shared({ description: "d" }, nothing as never);
    const definition = object({ name: "o", handlers: { a: wrapped as never } });
    expect(handlerOf(definition, "a")).toMatchObject({
      kind: "shared",
      declared: { description: "d" },
    });
  });
});

describe("what cannot be served is refused with a reason", () => {
  test.each<[string, unknown, RegExp]>([
    ["undefined", undefined, /Cannot bind undefined: .*import cycle/],
    ["a string", "greeter", /Cannot bind "greeter": it was not made with/],
    ["a name alone", { name: "greeter" }, /Cannot bind "greeter": it was not made with/],
    [
      "an interface",
      { name: "greeter", _kind: "service", _handlers: {} },
      /Cannot bind "greeter": it is an interface without an implementation/,
    ],
    ["a name with a slash", { name: "a/b", service: {} }, /service "a\/b": .*slashes/],
    [
      "plain functions",
      { name: "s", service: { a: nothing } },
      /service "s", handler "a": not a handler of a definition/,
    ],
    [
      "options that mean nothing",
      { name: "s", object: {}, options: { abortTimeout: -1 } },
      /object "s": abortTimeout/,
    ],
  ])("%s", (_name, definition, message) => {
    expect(() => buildCatalog([definition])).toThrow(TypeError);
    expect(() => buildCatalog([definition])).toThrow(message);
  });

  test("defaults that mean nothing", () => {
    expect(() => buildCatalog([], { inactivityTimeout: -1 })).toThrow(
      /defaultServiceOptions: inactivityTimeout/,
    );
  });
});
