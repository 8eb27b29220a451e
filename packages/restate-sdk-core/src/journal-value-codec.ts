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
   * Runs after serialisation. Must accept empty buffers, and must return the same bytes for the
   * same input: what it returns is compared with the journal on replay.
   */
  encode(buf: Uint8Array): Uint8Array;
  /** Runs before deserialisation; the inverse of {@link encode}. */
  decode(buf: Uint8Array): Promise<Uint8Array>;
};
