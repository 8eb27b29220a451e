/** The schemas that users bring: the same ones in every library that `serde.schema` is tested with. */
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";

import { serde, type Serde } from "./index.js";

interface Order {
  id: string;
  lines: { cents: number }[];
}

const libraries = {
  "zod 4": {
    order: serde.schema(
      z.object({ id: z.string(), lines: z.array(z.object({ cents: z.number() })) }),
    ),
    trimmed: serde.schema(z.string().transform((it) => it.trim())),
    optional: serde.schema(z.object({ id: z.string() }).optional()),
    nothing: [serde.schema(z.void()), serde.schema(z.undefined())],
    hasJsonSchema: true,
  },
  "zod/mini": {
    order: serde.schema(
      mini.object({
        id: mini.string(),
        lines: mini.array(mini.object({ cents: mini.number() })),
      }),
    ),
    trimmed: serde.schema(
      mini.pipe(
        mini.string(),
        mini.transform((it) => it.trim()),
      ),
    ),
    optional: serde.schema(mini.optional(mini.object({ id: mini.string() }))),
    nothing: [serde.schema(mini.void()), serde.schema(mini.undefined())],
    hasJsonSchema: false,
  },
  valibot: {
    order: serde.schema(
      v.object({ id: v.string(), lines: v.array(v.object({ cents: v.number() })) }),
    ),
    trimmed: serde.schema(v.pipe(v.string(), v.trim())),
    optional: serde.schema(v.optional(v.object({ id: v.string() }))),
    nothing: [serde.schema(v.void()), serde.schema(v.undefined())],
    hasJsonSchema: false,
  },
  arktype: {
    order: serde.schema(type({ id: "string", lines: type({ cents: "number" }).array() })),
    trimmed: serde.schema(type("string.trim")),
    optional: serde.schema(type({ id: "string" }).or("undefined")),
    nothing: [serde.schema(type("undefined"))],
    hasJsonSchema: true,
  },
};

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const none = new Uint8Array(0);

describe.each(Object.entries(libraries))("a schema of %s", (_library, schemas) => {
  it("reads what it writes", () => {
    const order = { id: "a", lines: [{ cents: 1 }] };
    expect(schemas.order.deserialize(schemas.order.serialize(order))).toEqual(order);
    expectTypeOf(schemas.order).toEqualTypeOf<Serde<Order>>();
  });

  it("names the path of a wrong field", () => {
    const wrong = json({ id: "a", lines: [{ cents: 1 }, { cents: "2" }] });
    expect(() => schemas.order.deserialize(wrong)).toThrow(/^\* \(at \/lines\/1\/cents\) /m);
  });

  it("hands out what the schema makes of the JSON", () => {
    expect(schemas.trimmed.deserialize(json(" a "))).toBe("a");
  });

  it("refuses no bytes where there must be a value", () => {
    expect(() => schemas.order.deserialize(none)).toThrow(TypeError);
    expect(schemas.order.contentType).toBe("application/json");
  });

  it("takes a value or no bytes where it is optional", () => {
    expect(schemas.optional.contentType).toBe("application/json");
    expect(schemas.optional.deserialize(none)).toBeUndefined();
    expect(schemas.optional.deserialize(json({ id: "a" }))).toEqual({ id: "a" });
    expect(() => schemas.optional.deserialize(json({ id: 1 }))).toThrow(/at \/id/);
  });

  it("has no content type and takes nothing where it is for nothing", () => {
    for (const nothing of schemas.nothing as Serde<unknown>[]) {
      expect(nothing.contentType).toBeUndefined();
      expect(nothing.deserialize(none)).toBeUndefined();
      expect(() => nothing.deserialize(json({}))).toThrow(TypeError);
    }
  });

  it("is published as JSON Schema if the library can do that", () => {
    const orders = {
      type: "object",
      properties: { id: { type: "string" }, lines: { type: "array" } },
      required: ["id", "lines"],
    };
    if (schemas.hasJsonSchema) expect(schemas.order.jsonSchema).toMatchObject(orders);
    else expect(schemas.order.jsonSchema).toBeUndefined();
  });
});

it("a JSON Schema the library cannot supply is set on the serde", () => {
  const schema = mini.object({ id: mini.string() });
  const made = serde.schema(schema);
  made.jsonSchema = z.toJSONSchema(schema);
  expect(made.jsonSchema).toMatchObject({ properties: { id: { type: "string" } } });
});
