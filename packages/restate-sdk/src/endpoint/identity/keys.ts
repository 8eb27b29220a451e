/** Parses the public keys given to `identityKeys` and prepares them for verification. */
import { decodeBase58 } from "./base58.js";

const PREFIX = "publickeyv1_";
const KEY_LENGTH = 32;

/** A parsed Ed25519 public key. */
export interface IdentityKey {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * Parses one key as the server logs it at startup.
 *
 * @throws TypeError when it is not a v1 public key
 */
export function parseIdentityKey(text: string): IdentityKey {
  if (typeof text !== "string" || !text.startsWith(PREFIX)) {
    throw invalidKey(text, `it does not start with "${PREFIX}"`);
  }
  const bytes = decodeBase58(text.slice(PREFIX.length));
  if (bytes === undefined) {
    throw invalidKey(text, `what follows "${PREFIX}" is not base58`);
  }
  if (bytes.length !== KEY_LENGTH) {
    throw invalidKey(text, `it decodes to ${bytes.length} bytes instead of ${KEY_LENGTH}`);
  }
  return { text, bytes };
}

function invalidKey(text: string, reason: string): TypeError {
  return new TypeError(
    `Invalid request identity key ${JSON.stringify(text)}: ${reason}. ` +
      "Copy the key the Restate server logs at startup, or the one shown in Restate Cloud.",
  );
}
