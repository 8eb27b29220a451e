/** Encrypts the values of the journal with AES-256-GCM. Keys have names, so that they can be rotated. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { RetryableError, type JournalValueCodec } from "@restatedev/restate-sdk";

export interface EncryptionOptions {
  /** Keys of 32 bytes by name. A key stays here as long as anything is stored that it encrypted. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
  /** The name of the key that encrypts. */
  readonly current: string;
  /** Hand out values that are not encrypted as they are: while encryption is introduced. Default: refuse them. */
  readonly acceptPlaintext?: boolean;
}

// A value: MAGIC, length of the key's name, the key's name, nonce, ciphertext, tag.
const MAGIC = Buffer.from("\0aes-gcm");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function aesGcmCodec(options: EncryptionOptions): JournalValueCodec {
  const { keys, current, acceptPlaintext = false } = options;
  const key = keyNamed(keys, current);
  const name = Buffer.from(current);
  const header = Buffer.concat([MAGIC, Uint8Array.of(name.length), name]);

  return {
    encode(value) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(header);
      const ciphertext = [cipher.update(value), cipher.final()];
      return Buffer.concat([header, nonce, ...ciphertext, cipher.getAuthTag()]);
    },

    async decode(bytes) {
      // A request without a body.
      if (bytes.length === 0) return bytes;
      if (Buffer.compare(bytes.subarray(0, MAGIC.length), MAGIC) !== 0) {
        if (acceptPlaintext) return bytes;
        throw new Error("This value is not encrypted.");
      }
      const nonceAt = MAGIC.length + 1 + (bytes[MAGIC.length] ?? 0);
      const ciphertextAt = nonceAt + NONCE_BYTES;
      const tagAt = bytes.length - TAG_BYTES;
      if (tagAt < ciphertextAt) throw new Error("This encrypted value is cut off.");
      const keyName = Buffer.from(bytes.subarray(MAGIC.length + 1, nonceAt)).toString();
      const decipher = createDecipheriv(
        "aes-256-gcm",
        keyNamed(keys, keyName),
        bytes.subarray(nonceAt, ciphertextAt),
      );
      decipher.setAAD(bytes.subarray(0, nonceAt)).setAuthTag(bytes.subarray(tagAt));
      return Buffer.concat([
        decipher.update(bytes.subarray(ciphertextAt, tagAt)),
        decipher.final(),
      ]);
    },
  };
}

/** A missing key is a mistake of the deployment: with it corrected, the next attempt can go on. */
function keyNamed(keys: EncryptionOptions["keys"], name: string): Uint8Array {
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key?.length === 32) return key;
  throw new RetryableError(
    key === undefined ? `There is no key "${name}".` : `The key "${name}" has not 32 bytes.`,
  );
}
