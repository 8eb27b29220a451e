/** Parses the public keys given to `identityKeys`. */
import { show } from "../../util/show.js";
import { decodeBase58 } from "./base58.js";

const PREFIX = "publickeyv1_";

/**
 * The 32 bytes of an Ed25519 public key, given as the server logs it at startup.
 *
 * @throws TypeError when it is not a v1 public key
 */
export function parseIdentityKey(text: string): Uint8Array<ArrayBuffer> {
  const bytes = text.startsWith(PREFIX) ? decodeBase58(text.slice(PREFIX.length)) : undefined;
  if (bytes?.length === 32) return bytes;
  throw new TypeError(
    `Invalid request identity key ${show(text)}: expected ${PREFIX} and 32 bytes in base58. ` +
      "Copy it from the startup log of the Restate server or from Restate Cloud.",
  );
}
