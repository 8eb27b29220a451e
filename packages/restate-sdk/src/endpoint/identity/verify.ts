/** Checks that a request was signed by a Restate server whose public key this endpoint trusts. */
import type { HeaderValues } from "../types.js";
import { parseIdentityKey, type IdentityKey } from "./keys.js";

/** Resolves with why the request is refused, or with undefined if it is authentic. Never rejects. */
export type IdentityVerifier = (
  signedPath: string,
  headers: HeaderValues,
) => Promise<string | undefined>;

const SCHEME_HEADER = "x-restate-signature-scheme";
const TOKEN_HEADER = "x-restate-jwt-v1";
const ALGORITHM = "Ed25519";

/**
 * A verifier that accepts requests signed with any of `keys`, so that keys can be rotated by listing old and new ones.
 *
 * @param now seconds since 1970, for tests
 * @throws TypeError for a malformed key
 */
export function createIdentityVerifier(
  keys: readonly string[],
  now: () => number = () => Math.floor(Date.now() / 1000),
): IdentityVerifier {
  const parsed = keys.map(parseIdentityKey);
  let imported: Promise<CryptoKey[]> | undefined;
  return async (signedPath, headers) => {
    try {
      const token = tokenOf(headers);
      if ("refused" in token) return token.refused;
      const jwt = parseToken(token.text);
      if (jwt === undefined) return `the ${TOKEN_HEADER} header is not an EdDSA-signed JWT`;
      imported ??= Promise.all(parsed.map(importKey));
      if (!(await signedByAny(await imported, jwt))) {
        return "the token is not signed with any of the configured identity keys";
      }
      return refusalOfClaims(jwt.claims, signedPath, now());
    } catch (error) {
      return `the signature could not be checked: ${String(error)}`;
    }
  };
}

function tokenOf(headers: HeaderValues): { readonly text: string } | { readonly refused: string } {
  const scheme = first(headers[SCHEME_HEADER]);
  if (scheme === undefined) return { refused: `the ${SCHEME_HEADER} header is missing` };
  if (scheme === "unsigned") return { refused: "the request is unsigned" };
  if (scheme !== "v1")
    return { refused: `the signature scheme ${JSON.stringify(scheme)} is unknown` };
  const text = first(headers[TOKEN_HEADER]);
  return text === undefined ? { refused: `the ${TOKEN_HEADER} header is missing` } : { text };
}

interface Token {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

function parseToken(text: string): Token | undefined {
  const [header, claims, signature, ...rest] = text.split(".");
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  if (rest.length > 0) return undefined;
  // The algorithm is fixed, whatever the token says; a token that says another one is refused.
  if (parseObject(header)?.alg !== "EdDSA") return undefined;
  const parsedClaims = parseObject(claims);
  const signatureBytes = decodeBase64Url(signature);
  if (parsedClaims === undefined || signatureBytes === undefined) return undefined;
  return {
    claims: parsedClaims,
    signed: new TextEncoder().encode(`${header}.${claims}`),
    signature: signatureBytes,
  };
}

async function signedByAny(keys: readonly CryptoKey[], token: Token): Promise<boolean> {
  for (const key of keys) {
    if (await crypto.subtle.verify(ALGORITHM, key, token.signature, token.signed)) return true;
  }
  return false;
}

/**
 * Without leeway, like the other SDKs: the server puts a minute around the time of signing into `nbf` and `exp`, which
 * is what clocks may differ by.
 */
function refusalOfClaims(
  { aud, exp, nbf }: Readonly<Record<string, unknown>>,
  signedPath: string,
  now: number,
): string | undefined {
  if (typeof exp !== "number" || typeof nbf !== "number")
    return "the token has no exp or no nbf claim";
  if (now > exp) return `the token expired ${now - exp} s ago; are the clocks in sync?`;
  if (now < nbf) return `the token becomes valid in ${nbf - now} s; are the clocks in sync?`;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(signedPath)) {
    return `the token is for ${JSON.stringify(aud)}, not for ${JSON.stringify(signedPath)}`;
  }
  return undefined;
}

function importKey({ bytes }: IdentityKey): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(bytes), ALGORITHM, false, ["verify"]);
}

function parseObject(base64Url: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeBase64Url(base64Url);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value[0] : value;
}
