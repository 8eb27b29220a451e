/** The hook between serialised values and the journal. */

/**
 * Transforms the bytes of values on their way into the journal and back, for example to encrypt or
 * compress them.
 *
 * It sees the input and the successful output of handlers, successful results of `ctx.run`, values
 * of awakeables, promises and signals, and state values. It does not see failures, names, keys or
 * headers.
 *
 * The journal of an invocation in flight must stay readable: a new codec has to decode what the old
 * one encoded.
 *
 * @experimental
 */
export type JournalValueCodec = {
  /**
   * Runs after serialisation. Must accept empty buffers. It need not return the same bytes every
   * time: with a codec, values are not compared with the journal on replay.
   */
  encode(buf: Uint8Array): Uint8Array;
  /**
   * Runs before deserialisation; the inverse of {@link encode}. A handler's input that it refuses
   * fails the invocation with code 400, unless it rejects with a `RetryableError`. Any other value
   * that it refuses makes the attempt be retried.
   */
  decode(buf: Uint8Array): Promise<Uint8Array>;
};
