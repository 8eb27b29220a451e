/** Keys out of an environment variable, such as `2025=<64 hex digits>,2026=<64 hex digits>`; the last one encrypts. */
import type { EncryptionOptions } from "./aes-gcm-codec.js";

export function keysFrom(text = ""): EncryptionOptions {
  const entries = text.split(",").map((entry): [string, Uint8Array] => {
    const [name = "", hex = ""] = entry.split("=");
    return [name, Buffer.from(hex, "hex")];
  });
  return { keys: Object.fromEntries(entries), current: entries.at(-1)?.[0] ?? "" };
}
