/** Text as bytes and back. One of each for everybody: creating them costs more than using them. */

export const utf8Encoder = new TextEncoder();
/** Invalid sequences become U+FFFD; a leading byte order mark is dropped. */
export const utf8Decoder = new TextDecoder();
/** Throws for invalid sequences; a leading byte order mark is a character like others. */
export const strictUtf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
