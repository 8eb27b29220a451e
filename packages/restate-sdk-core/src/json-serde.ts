/** JSON as a serde, the default of every option that takes one. */
import type { Serde } from "./serde-types.js";
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
    return toJson(value);
  }

  deserialize(data: Uint8Array): T {
    // `T` is a promise of the caller, as with every JSON parser without a schema.
    return fromJson(data) as T;
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

/** @internal `serde.json` apart from `serde`, which would bring every serde into a bundle. */
// The value of every handler and state key passes through here, hence `any`.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const jsonSerde: JsonSerde<any> = /* @__PURE__ */ new JsonSerde<any>();

/** JSON in UTF-8; `undefined`, and what else has no JSON, is zero bytes. */
export function toJson(value: unknown): Uint8Array {
  return toUtf8(JSON.stringify(value));
}

/** The inverse of {@link toJson}. */
export function fromJson(data: Uint8Array): unknown {
  return data.length === 0 ? undefined : JSON.parse(fromUtf8(data));
}
