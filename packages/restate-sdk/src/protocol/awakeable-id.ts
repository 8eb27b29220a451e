/** Awakeable ids: what user code hands to others so that they can complete an awakeable. */

const PREFIX = "sign_1";
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
  if (!content || content.length < INDEX_BYTES) return undefined;
  const split = content.length - INDEX_BYTES;
  return {
    invocationId: content.subarray(0, split),
    signalIndex: new DataView(content.buffer).getUint32(split),
  };
}

// Buffer exists on Node only; btoa and atob everywhere, for text with one character a byte.

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Takes text with or without padding, undefined when it is no base64. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/[+/\s]/.test(text)) return undefined;
  try {
    const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(characters, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
