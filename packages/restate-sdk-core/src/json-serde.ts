/** JSON as a serde, the default of every option that takes one. */
import type { Serde } from "./serde-types.js";

// One of each for all values: creating them costs more than using them.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
    if (jsonSchema) this.jsonSchema = jsonSchema;
  }

  /** `undefined`, and what else has no JSON, is zero bytes. */
  serialize(value: T): Uint8Array {
    return encoder.encode(JSON.stringify(value));
  }

  deserialize(data: Uint8Array): T {
    // `T` is a promise of the caller, as with every JSON parser without a schema.
    return (data.length === 0 ? undefined : parse(decoder.decode(data))) as T;
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

/** Its errors quote nothing of the value: they end up in logs. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 says `Unexpected token 's', "a secret" is not valid JSON`, JavaScriptCore names identifiers.
    // eslint-disable-next-line preserve-caught-error -- The cause is logged, too.
    throw new SyntaxError((error as Error).message.replace(/,? (\.{3})?"[^]*"(\.{3})?/, ""));
  }
}
