/** Keys that sign requests, and signed tokens as the server makes them, or as somebody would who is up to no good. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export interface IdentityKey {
  /** As it is given to `identityKeys`. */
  readonly text: string;
  readonly raw: Uint8Array;
  readonly privateKey: KeyObject;
  /** As the server reads it from a file. */
  readonly pem: string;
}

export function createIdentityKey(): IdentityKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  // The last 32 bytes of the DER form are the key itself.
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    text: `publickeyv1_${base58(raw)}`,
    raw,
    privateKey,
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** The token that a server with this key sends with a request for `path`; options replace what they name. */
export function tokenFor(path: string, key: IdentityKey, options: TokenOptions = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const text = unsigned(
    { typ: "JWT", alg: "EdDSA", kid: key.text, ...options.header },
    { aud: path, exp: now + 60, iat: now, nbf: now - 60, ...options.claims },
  );
  return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString("base64url")}`;
}

/** Header and claims of a token. */
export function unsigned(header: unknown, claims: unknown): string {
  return [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
}

export function signatureHeaders(token: string): Record<string, string> {
  return { "x-restate-signature-scheme": "v1", "x-restate-jwt-v1": token };
}

function base58(bytes: Uint8Array): string {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = alphabet.charAt(Number(number % 58n)) + text;
  const leadingZeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(Math.max(leadingZeros, 0)) + text;
}
