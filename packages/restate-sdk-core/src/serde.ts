/** The serdes that come with the SDK, exported together as `serde`. */
import { StandardSchemaSerde } from "./schema-serde.js";
import type { Serde } from "./serde-types.js";
import type { StandardSchemaV1 } from "./standard-schema.js";
import { fromUtf8, toUtf8 } from "./utf8.js";

/**
 * Values as JSON, through `JSON.stringify` and `JSON.parse`. `undefined` is zero bytes, and zero
 * bytes are `undefined`.
 *
 * A handler that takes or returns another kind of value loses what JSON cannot say: a `Date` comes
 * back as a string, a `Map` as `{}`, and a `bigint` throws.
 */
export class JsonSerde<T> implements Serde<T> {
  contentType = "application/json";
  readonly jsonSchema?: object;

  /**
   * @param jsonSchema JSON Schema of `T` to publish in discovery; values are not checked against
   * it.
   */
  constructor(jsonSchema?: object) {
    if (jsonSchema !== undefined) this.jsonSchema = jsonSchema;
  }

  serialize(value: T): Uint8Array {
    return value === undefined ? new Uint8Array(0) : toUtf8(JSON.stringify(value));
  }

  deserialize(data: Uint8Array): T {
    // `T` is a promise of the caller, as with every JSON parser without a schema.
    return (data.length === 0 ? undefined : JSON.parse(fromUtf8(data))) as T;
  }

  /**
   * A JSON serde that publishes the given JSON Schema.
   *
   * @deprecated Use `serde.schema`, which also checks values, or `new serde.JsonSerde(jsonSchema)`.
   */
  schema<U>(schema: object): Serde<U> {
    return new JsonSerde<U>(schema);
  }
}

/** The default of every option that takes a serde: JSON, without a schema. */
// The value of every handler and state key passes through here, hence `any`.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const json: JsonSerde<any> = new JsonSerde<any>();

/** Bytes as they are. Content type `application/octet-stream`. Neither direction copies. */
export const binary: Serde<Uint8Array> = {
  contentType: "application/octet-stream",
  serialize: (value) => value,
  deserialize: (data) => data,
};

/** No value at all: zero bytes and no content type. Throws on anything else, in both directions. */
export const empty: Serde<void> = {
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
 * discovery. A schema that accepts `undefined` gets no content type, so that requests without a
 * body are accepted.
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
export const schema = <T extends { "~standard": StandardSchemaV1.Props }>(
  schema: T,
  validateOptions?: Record<string, unknown>,
  jsonSchemaOptions?: Record<string, unknown>,
): Serde<StandardSchemaV1.InferOutput<T>> =>
  new StandardSchemaSerde(schema, validateOptions, jsonSchemaOptions);
