/**
 * `serde` as the compiler sees it: a namespace, which can hold a class as a type and whose members can be imported one by
 * one. At run time it is an object, which bundlers can leave out when nobody uses it. `export *` hands it on where the
 * declaration below hides it from the compiler.
 */
import type { JsonSerde } from "./json-serde.js";
import type { Serde } from "./serde-types.js";
import type { StandardSchemaV1 } from "./standard-schema.js";

export * from "./serde.js";

// Names of their own, since the namespace has a JsonSerde, too.
type JsonSerdeClass = typeof JsonSerde;
type JsonSerdeOf<T> = JsonSerde<T>;

/** Turns values into bytes and back. Pass one wherever an option is called `serde`, `input` or `output`. */
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace serde {
  /** Values as JSON; for one with a JSON Schema. See {@link json}. */
  const JsonSerde: JsonSerdeClass;
  type JsonSerde<T> = JsonSerdeOf<T>;

  /** The default of every option that takes a serde: JSON, without a schema. */
  // The value of every handler and state key passes through here, hence `any`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const json: JsonSerdeOf<any>;

  /** Bytes as they are. Content type `application/octet-stream`. Neither direction copies. */
  const binary: Serde<Uint8Array>;

  /** No value at all: zero bytes and no content type. Throws on anything else, in both directions. */
  const empty: Serde<void>;

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
  const schema: <T extends { "~standard": StandardSchemaV1.Props }>(
    schema: T,
    validateOptions?: Record<string, unknown>,
    jsonSchemaOptions?: Record<string, unknown>,
  ) => Serde<StandardSchemaV1.InferOutput<T>>;
}
