/** Signs requests as the server does, for the tests of request identity. */
import type { HeaderValues } from "../types.js";
import { ALPHABET } from "./base58.js";

export interface Signer {
  /** The public key in the form users configure. */
  readonly publicKey: string;
  /** Headers of a request for `path`; claims and header fields given here replace the ordinary ones. */
  sign(
    path: string,
    overrides?: SignatureOverrides,
  ): Promise<HeaderValues & Record<string, string>>;
}

export interface SignatureOverrides {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Seconds since 1970 at which the request is signed. */
  readonly now?: number;
}

export async function createSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const publicKey = `publickeyv1_${encodeBase58(raw)}`;
  return {
    publicKey,
    async sign(path, { claims = {}, header = {}, now = Math.floor(Date.now() / 1000) } = {}) {
      const signed = [
        { typ: "JWT", alg: "EdDSA", kid: publicKey, ...header },
        { aud: path, nbf: now - 60, iat: now, exp: now + 60, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      const signature = await crypto.subtle.sign(
        "Ed25519",
        pair.privateKey,
        new TextEncoder().encode(signed),
      );
      return {
        "x-restate-signature-scheme": "v1",
        "x-restate-jwt-v1": `${signed}.${Buffer.from(signature).toString("base64url")}`,
      };
    },
  };
}

export function encodeBase58(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let i = 0; i < digits.length; i++) {
      carry += (digits[i] ?? 0) * 256;
      digits[i] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    while (carry > 0) {
      digits.push(carry % 58);
      carry = Math.floor(carry / 58);
    }
  }
  for (let i = 0; bytes[i] === 0; i++) digits.push(0);
  return digits
    .reverse()
    .map((digit) => ALPHABET.charAt(digit))
    .join("");
}
