/** The contract between the SDK and whatever turns values into bytes. */

/**
 * Turns values of type `T` into the bytes that are sent and journaled, and back.
 *
 * Both directions must be pure: on replay the bytes a handler produces are compared with the
 * journaled ones, so the same value has to give the same bytes, and `deserialize(serialize(value))`
 * has to give a value equal to `value`.
 *
 * An error thrown while a handler's input is deserialised fails the invocation with code 400;
 * anywhere else it is an error like any other and the attempt is retried, unless it is a
 * `TerminalError`.
 *
 * @example
 * ```ts
 * const date: Serde<Date> = {
 *   contentType: "text/plain",
 *   serialize: (value) => new TextEncoder().encode(value.toISOString()),
 *   deserialize: (data) => new Date(new TextDecoder().decode(data)),
 * };
 * ```
 */
export interface Serde<T> {
  /** MIME type of the bytes. Left out, no content type is announced for them. */
  contentType?: string;
  /**
   * JSON Schema of `T`, published in discovery for the UI and generated API documents. Not checked
   * at run time.
   */
  jsonSchema?: object;
  /**
   * Shows values as JSON to people, and reads what they edited, when the bytes themselves are not
   * JSON. The Restate UI calls it through the endpoint; handlers never do.
   *
   * @example
   * ```ts
   * // The bytes are MessagePack; the UI shows and edits JSON.
   * const event: Serde<Event> = {
   *   contentType: "application/msgpack",
   *   serialize: (value) => encode(value),
   *   deserialize: (data) => decode(data) as Event,
   *   preview: { toJsonString: JSON.stringify, fromJsonString: JSON.parse },
   * };
   * ```
   */
  preview?: {
    /** The value as JSON, which `fromJsonString` must be able to read. */
    toJsonString(value: T): Promise<string> | string;
    /**
     * The value for JSON written by a person. Throws, or rejects, if it does not describe a `T`.
     */
    fromJsonString(json: string): Promise<T> | T;
  };
  serialize(value: T): Uint8Array;
  /** Throws if `data` is not what {@link serialize} produces. */
  deserialize(data: Uint8Array): T;
}
