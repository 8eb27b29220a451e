/** Text as bytes and back. One of each for everybody: creating them costs more than using them. */

export const utf8Encoder = new TextEncoder();
/** Invalid sequences become U+FFFD; a leading byte order mark is dropped. */
export const utf8Decoder = new TextDecoder();
