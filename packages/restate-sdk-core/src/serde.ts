/** The serdes that come with the SDK, exported together as `serde`. */
import { jsonSerde, JsonSerde } from "./json-serde.js";
import { StandardSchemaSerde } from "./schema-serde.js";
import type { Serde } from "./serde-types.js";
import type { StandardSchemaV1 } from "./standard-schema.js";

/** @internal `serde.binary` apart from `serde`, which would bring every serde into a bundle. */
export const binarySerde: Serde<Uint8Array> = {
  contentType: "application/octet-stream",
  serialize: (value) => value,
  deserialize: (data) => data,
};

const empty: Serde<void> = {
  serialize(value) {
    if (value !== undefined)
      throw new Error("serde.empty can only serialize undefined, but was given a value");
    return new Uint8Array(0);
  },
  deserialize(data) {
    if (data.length !== 0) {
      throw new Error(`serde.empty can only deserialize zero bytes, but was given ${data.length}`);
    }
  },
};

/** A name of its own: spelled out in the declarations, the type would need TypeScript 5.7. */
type BytesSerde = typeof binarySerde;

/** Turns values into bytes and back. Pass one wherever an option is called `serde`, `input` or `output`. */
// An object rather than a module namespace, because bundlers can leave out an object nobody uses.
export const serde = {
  /** Values as JSON; for one with a JSON Schema. See {@link json}. */
  JsonSerde,

  /** The default of every option that takes a serde: JSON, without a schema. */
  json: jsonSerde,

  /** Bytes as they are. Content type `application/octet-stream`. Neither direction copies. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- it names the type
  binary: binarySerde as BytesSerde,

  /** No value at all: zero bytes and no content type. Throws on anything else, in both directions. */
  empty,

  /**
   * JSON checked by a schema of any library that implements [Standard
   * Schema](https://standardschema.dev), such as Zod, Valibot, ArkType or TypeBox.
   *
   * Values are validated when they are deserialised, not when they are serialised; what the handler
   * gets is the schema's output, with its defaults and transformations applied. A value that does not
   * match throws a `TypeError` naming each issue and its path; for the input of a handler that means
   * a failure with code 400. Schemas with asynchronous checks are refused, with a `TypeError` as
   * well.
   *
   * If the library can express the schema as JSON Schema (Standard JSON Schema), it is published in
   * discovery; if it cannot, set `jsonSchema` on the serde. A schema that nothing but `undefined`
   * matches gets no content type: the ingress then accepts only requests without a body.
   *
   * @param schema the schema
   * @param validateOptions options for the schema library, passed on whenever a value is validated
   * @param jsonSchemaOptions options for the schema library, passed on when the JSON Schema is
   * generated
   *
   * @example
   * ```ts
   * const greeting = serde.schema(z.object({ name: z.string() }));
   * ```
   */
  schema: <T extends { "~standard": StandardSchemaV1.Props }>(
    schema: T,
    validateOptions?: Record<string, unknown>,
    jsonSchemaOptions?: Record<string, unknown>,
  ): Serde<StandardSchemaV1.InferOutput<T>> =>
    new StandardSchemaSerde(schema, validateOptions, jsonSchemaOptions),
};

type JsonSerdeClass<T> = JsonSerde<T>;

// The class as a type, which an object cannot hold.
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace serde {
  export type JsonSerde<T> = JsonSerdeClass<T>;
}
