/** Text as bytes and back. One of each for everybody: creating them costs more than using them. */

export const utf8Encoder = new TextEncoder();

/** Arrays up to this length lie on V8's own heap. */
const SHORT_TEXT = 64;

/** Undefined is no bytes. Short ASCII costs a fifth of what the encoder takes for it. */
export function encodeText(text: string | undefined): Uint8Array {
  if (text === undefined || text.length > SHORT_TEXT) return utf8Encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return utf8Encoder.encode(text);
    bytes[index] = code;
  }
  return bytes;
}

/** Invalid sequences become U+FFFD; a leading byte order mark is dropped. */
export const utf8Decoder = new TextDecoder();
/** Throws for invalid sequences; a leading byte order mark is a character like others. */
export const strictUtf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
