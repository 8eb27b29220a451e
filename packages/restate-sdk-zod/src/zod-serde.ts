/** JSON checked by a Zod schema: the serde behind `serde.zod`. */
import { serde as core, type Serde } from "@restatedev/restate-sdk-core";
import type * as z3 from "zod/v3";
import * as z4 from "zod/v4/core";

export type Zod3Schema = z3.ZodTypeAny;
export type Zod4Schema = z4.$ZodType;
export type Output<T> = T extends Zod3Schema ? z3.infer<T> : z4.infer<T>;

/** What {@link serde} is at run time; `namespaces.ts` is what the compiler sees of it. */
export const serde = {
  zod: <T extends Zod3Schema | Zod4Schema>(schema: T): Serde<Output<T>> => new ZodSerde<T>(schema),
};

/** Zod's versions and copies are told apart by their data: `instanceof` knows only one copy. */
class ZodSerde<T extends Zod3Schema | Zod4Schema> implements Serde<Output<T>> {
  readonly contentType?: string;
  readonly jsonSchema?: object;
  private readonly safeParse: (value: unknown) => ParseResult;

  constructor(schema: T) {
    const parts = partsOf(schema);
    this.safeParse = parts.safeParse;
    if (parts.jsonSchema !== undefined) this.jsonSchema = parts.jsonSchema;
    if (!NOTHING.has(parts.type)) this.contentType = "application/json";
  }

  serialize(value: Output<T>): Uint8Array {
    return core.json.serialize(value);
  }

  deserialize(data: Uint8Array): Output<T> {
    const result = this.safeParse(core.json.deserialize(data));
    if (!result.success) throw result.error;
    return result.data as Output<T>;
  }
}

interface SchemaParts {
  /** What Zod calls this kind of schema. */
  readonly type: string;
  readonly jsonSchema: object | undefined;
  readonly safeParse: (value: unknown) => ParseResult;
}

type ParseResult =
  | { readonly success: true; readonly data?: unknown }
  | { readonly success: false; readonly error: Error };

/** The types that only `undefined` has, in the words of Zod 4 and Zod 3. */
const NOTHING: ReadonlySet<string> = new Set(["void", "undefined", "ZodVoid", "ZodUndefined"]);

function partsOf(schema: Zod3Schema | Zod4Schema): SchemaParts {
  if (isZod4(schema)) {
    return {
      type: schema._zod.def.type,
      jsonSchema: toJsonSchema(schema),
      // Schemas have a method that throws the ZodError users know, but those of the core have none.
      safeParse: hasSafeParse(schema)
        ? (value) => schema.safeParse(value)
        : (value) => z4.safeParse(schema, value),
    };
  }
  if (!hasSafeParse(schema)) {
    throw new TypeError(
      "serde.zod needs a Zod schema. For schemas of other libraries use serde.schema of @restatedev/restate-sdk.",
    );
  }
  warnAboutZod3();
  const { typeName = "" } = schema._def as { readonly typeName?: string };
  return { type: typeName, jsonSchema: undefined, safeParse: (value) => schema.safeParse(value) };
}

function isZod4(schema: unknown): schema is Zod4Schema {
  return typeof schema === "object" && schema !== null && "_zod" in schema;
}

function hasSafeParse<T>(
  schema: T,
): schema is T & { readonly safeParse: (value: unknown) => ParseResult } {
  return typeof (schema as { safeParse?: unknown } | undefined)?.safeParse === "function";
}

/** What JSON Schema has no word for becomes `{}`, anything at all. */
function toJsonSchema(schema: Zod4Schema): object | undefined {
  try {
    return z4.toJSONSchema(schema, { unrepresentable: "any" });
  } catch {
    // It only informs people and tools, so the serde works without it.
    return undefined;
  }
}

let hasWarned = false;

function warnAboutZod3(): void {
  if (hasWarned) return;
  hasWarned = true;
  // eslint-disable-next-line no-console -- There is no logger yet where serdes are made.
  console.warn(
    "restate-sdk-zod: schemas of Zod 3 are checked, but not published as JSON Schema. Use Zod 4 for that.",
  );
}
