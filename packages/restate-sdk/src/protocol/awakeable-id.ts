/** Awakeable ids: what user code hands to others so that they can complete an awakeable. */

const PREFIX = "sign_1";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const INDEX_BYTES = 4;

export interface AwakeableId {
  /** The invocation that waits, as in its Start message. */
  readonly invocationId: Uint8Array;
  /** The signal that completes the awakeable. */
  readonly signalIndex: number;
}

/** The prefix, then in base64url without padding: invocation id, signal index as 32 bits big-endian. */
export function encodeAwakeableId(invocationId: Uint8Array, signalIndex: number): string {
  const content = new Uint8Array(invocationId.length + INDEX_BYTES);
  content.set(invocationId);
  new DataView(content.buffer).setUint32(invocationId.length, signalIndex);
  return PREFIX + toBase64Url(content);
}

/** Undefined when the text is no awakeable id. */
export function parseAwakeableId(text: string): AwakeableId | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const content = fromBase64Url(text.slice(PREFIX.length));
  if (content === undefined || content.length < INDEX_BYTES) return undefined;
  const split = content.length - INDEX_BYTES;
  return {
    invocationId: content.subarray(0, split),
    signalIndex: new DataView(content.buffer).getUint32(split),
  };
}

// Own base64: Buffer exists on Node only, and btoa wants a binary string and speaks another alphabet.

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    bitCount += 8;
    while (bitCount >= 6) {
      bitCount -= 6;
      text += ALPHABET.charAt((bits >> bitCount) & 0x3f);
    }
  }
  if (bitCount > 0) text += ALPHABET.charAt((bits << (6 - bitCount)) & 0x3f);
  return text;
}

/** Takes text with or without padding, undefined when it has other characters or an odd length. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const unpadded = withoutPadding(text);
  if (unpadded.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((unpadded.length * 6) / 8));
  let position = 0;
  let bits = 0;
  let bitCount = 0;
  for (const character of unpadded) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[position++] = (bits >> bitCount) & 0xff;
  }
  return bytes;
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (end > text.length - 2 && text.charAt(end - 1) === "=") end--;
  return text.slice(0, end);
}
