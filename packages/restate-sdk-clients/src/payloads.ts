/** The content of requests and responses: values as bytes, and headers. */
import { jsonSerde, type Serde } from "@restatedev/restate-sdk-core";

import type { ConnectionOpts } from "./connection-options.js";

interface Payload {
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
}

/** A value with the most specific serde there is. */
export function encode(
  { serde, journalValueCodec }: ConnectionOpts,
  value: unknown,
  specific: Serde<unknown> | undefined,
): Payload {
  const used: Serde<unknown> = specific ?? serde ?? jsonSerde;
  const bytes = used.serialize(value);
  return { body: journalValueCodec?.encode(bytes) ?? bytes, contentType: used.contentType };
}

/** The inverse of {@link encode}. */
export async function decode(
  { serde, journalValueCodec }: ConnectionOpts,
  bytes: Uint8Array,
  specific: Serde<unknown> | undefined,
): Promise<unknown> {
  const used: Serde<unknown> = specific ?? serde ?? jsonSerde;
  return used.deserialize(journalValueCodec ? await journalValueCodec.decode(bytes) : bytes);
}

/**
 * Headers from several sources, the last one wins. Names differ by more than case: fetch would join
 * the values of two spellings.
 */
export function mergeHeaders(
  ...sources: readonly (Readonly<Record<string, string | undefined>> | undefined)[]
): Record<string, string> {
  const merged = new Map<string, readonly [string, string]>();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source ?? {})) {
      if (value !== undefined) merged.set(name.toLowerCase(), [name, value]);
    }
  }
  return Object.fromEntries(merged.values());
}

/** A key as the value of a header; an empty one is none. */
export function keyHeader(option: string, key: string | undefined): string | undefined {
  if (!key) return undefined;
  // Restate refuses everything else, and fetch some of it, with an error that does not say what.
  if (/[^ -~]/.test(key)) {
    throw new TypeError(
      `The ${option} must be printable ASCII: encode it, for example with encodeURIComponent().`,
    );
  }
  return key;
}
