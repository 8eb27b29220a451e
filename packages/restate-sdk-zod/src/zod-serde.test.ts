/** Values are parsed by a Zod schema of any version when they are read. */
import * as official from "official-sdk-zod";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import * as z3 from "zod/v3";
import * as core from "zod/v4/core";

import { serde, type Serde } from "./index.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => utf8(JSON.stringify(value));
const none = new Uint8Array(0);

const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => warn.mockClear());

/** The same schema in every dialect. */
const users = {
  "zod 4": serde.zod(z.object({ id: z.number(), tags: z.array(z.string()) })),
  "zod/mini": serde.zod(mini.object({ id: mini.number(), tags: mini.array(mini.string()) })),
  "zod/v4/core": serde.zod(
    new core.$ZodObject({
      type: "object",
      shape: {
        id: new core.$ZodNumber({ type: "number", checks: [] }),
        tags: new core.$ZodArray({
          type: "array",
          element: new core.$ZodString({ type: "string", checks: [] }),
        }),
      },
    }),
  ),
  "zod/v3": serde.zod(z3.object({ id: z3.number(), tags: z3.array(z3.string()) })),
};

describe.each(Object.entries(users))("a schema of %s", (_dialect, user) => {
  it("reads what it writes", () => {
    const value = { id: 1, tags: ["a"] };
    expect(user.deserialize(user.serialize(value))).toEqual(value);
  });

  it("refuses a value that does not match, and names the path of every wrong field", () => {
    const read = () => user.deserialize(json({ id: "1", tags: ["a", 2] }));
    expect(read).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ path: ["id"] }),
          expect.objectContaining({ path: ["tags", 1] }),
        ],
      }),
    );
    expect(read).toThrow(/"tags",\s+1/);
  });

  it("refuses no bytes and what is no JSON", () => {
    expect(() => user.deserialize(none)).toThrow();
    expect(() => user.deserialize(utf8("{"))).toThrow(SyntaxError);
  });

  it("is JSON", () => {
    expect(user.contentType).toBe("application/json");
  });
});

it("has the type of the schema's output", () => {
  type User = Serde<{ id: number; tags: string[] }>;
  expectTypeOf(users["zod 4"]).toEqualTypeOf<User>();
  expectTypeOf(users["zod/mini"]).toEqualTypeOf<User>();
  expectTypeOf(users["zod/v3"]).toEqualTypeOf<User>();
});

it("throws the error of the schema's own library", () => {
  expect(() => serde.zod(z.string()).deserialize(json(1))).toThrow(z.ZodError);
  expect(() => serde.zod(z3.string()).deserialize(json(1))).toThrow(z3.ZodError);
});

it("hands out what the schema makes of the JSON", () => {
  const withDefault = serde.zod(z.object({ at: z.coerce.date(), by: z.string().default("me") }));
  expect(withDefault.deserialize(json({ at: "2020-01-01" }))).toEqual({
    at: new Date("2020-01-01"),
    by: "me",
  });
});

describe("nothing at all", () => {
  it.each([
    ["z.void", serde.zod(z.void())],
    ["z.undefined", serde.zod(z.undefined())],
    ["mini.void", serde.zod(mini.void())],
    ["z3.void", serde.zod(z3.void())],
    ["z3.undefined", serde.zod(z3.undefined())],
  ])("has no content type, no bytes and takes none: %s", (_name, nothing: Serde<unknown>) => {
    expect(nothing.contentType).toBeUndefined();
    expect(nothing.serialize(undefined)).toEqual(none);
    expect(nothing.deserialize(none)).toBeUndefined();
    expect(() => nothing.deserialize(json("something"))).toThrow();
  });

  it("is accepted next to something", () => {
    const optional = serde.zod(z.string().optional());
    expect(optional.contentType).toBe("application/json");
    expect(optional.deserialize(none)).toBeUndefined();
    expect(optional.deserialize(json("x"))).toBe("x");
  });
});

describe("the JSON Schema", () => {
  it.each(["zod 4", "zod/mini", "zod/v4/core"] as const)("is published for %s", (dialect) => {
    expect(users[dialect].jsonSchema).toMatchObject({
      type: "object",
      properties: { id: { type: "number" }, tags: { type: "array", items: { type: "string" } } },
      required: ["id", "tags"],
    });
  });

  it("says nothing about what it has no word for", () => {
    expect(serde.zod(z.object({ at: z.date() })).jsonSchema).toMatchObject({
      properties: { at: {} },
    });
  });

  it("is left out when it cannot be made", () => {
    const twice = z.object({
      a: z.string().meta({ id: "same" }),
      b: z.number().meta({ id: "same" }),
    });
    expect(serde.zod(twice).jsonSchema).toBeUndefined();
  });

  it("is left out for Zod 3, with one warning", async () => {
    vi.resetModules();
    const fresh = await import("./index.js");
    expect(fresh.serde.zod(z3.string()).jsonSchema).toBeUndefined();
    fresh.serde.zod(z3.number());
    expect(warn).toHaveBeenCalledOnce();
  });
});

it("refuses what is not a Zod schema", () => {
  expect(() => serde.zod({} as never)).toThrow(/needs a Zod schema/);
  expect(() => serde.zod(undefined as never)).toThrow(/needs a Zod schema/);
});

describe("like the official package", () => {
  const schemas = {
    object: z.object({ id: z.number(), by: z.string().default("me") }),
    date: z.date(),
    optional: z.string().optional(),
    void: z.void(),
    mini: mini.array(mini.string()),
    v3: z3.object({ id: z3.number() }),
    "v3 void": z3.void(),
  };

  it.each(Object.entries(schemas))("%s", (_name, schema) => {
    const [ours, theirs] = [serde.zod(schema), official.serde.zod(schema)];
    expect(ours.contentType).toBe(theirs.contentType);
    expect(ours.jsonSchema).toEqual(theirs.jsonSchema);
    for (const bytes of [none, json(1), json({ id: 1 }), json({ id: "1" }), json(["a"])]) {
      expect(outcome(() => ours.deserialize(bytes))).toEqual(
        outcome(() => theirs.deserialize(bytes)),
      );
    }
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
}
