/**
 * UTF-8, with one encoder and one decoder for the whole package: creating them costs more than
 * using them.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Invalid sequences become U+FFFD; a leading byte order mark is dropped. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
