/** The serdes that come with the SDK, together as an object: {@link serde}. */
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

/** What `serde` is at run time; `serde-namespace.ts` is what the compiler sees of it. */
export const serde = {
  JsonSerde,
  json: jsonSerde,
  binary: binarySerde,
  empty,
  schema: <T extends { "~standard": StandardSchemaV1.Props }>(
    schema: T,
    validateOptions?: Record<string, unknown>,
    jsonSchemaOptions?: Record<string, unknown>,
  ): Serde<StandardSchemaV1.InferOutput<T>> =>
    new StandardSchemaSerde(schema, validateOptions, jsonSchemaOptions),
};
