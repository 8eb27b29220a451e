/** Checks that a request was signed by a Restate server whose public key this endpoint trusts. */
import { toError } from "../../errors/to-error.js";
import { show } from "../../util/show.js";
import { utf8Decoder, utf8Encoder } from "../../util/utf8.js";
import { headerOf } from "../headers.js";
import type { HeaderValues } from "../types.js";
import { parseIdentityKey } from "./keys.js";

/** Resolves with why the request is refused, or with undefined if it is authentic. Never rejects. */
export type IdentityVerifier = (
  signedPath: string,
  headers: HeaderValues,
) => Promise<string | undefined>;

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
  // Not the promise: on Workers a request must not wait for what another one has begun.
  let imported: readonly CryptoKey[] | undefined;
  return async (signedPath, headers) => {
    try {
      const scheme = requireHeader(headers, "x-restate-signature-scheme");
      if (scheme !== "v1") refuse(`the signature scheme is ${show(scheme)}, not "v1"`);
      const [claims, ...signed] = parseToken(requireHeader(headers, "x-restate-jwt-v1"));
      imported ??= await Promise.all(
        parsed.map((key) => crypto.subtle.importKey("raw", key, ALGORITHM, false, ["verify"])),
      );
      let isSigned = false;
      for (const key of imported)
        isSigned ||= await crypto.subtle.verify(ALGORITHM, key, ...signed);
      if (!isSigned) refuse("the token is signed with none of the identity keys");
      checkClaims(claims, signedPath, now());
      return undefined;
    } catch (error) {
      // Never undefined, whatever was thrown: that would let the request pass.
      return toError(error).message;
    }
  };
}

const ALGORITHM = "Ed25519";

type Token = readonly [
  claims: Claims,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
];

interface Claims {
  readonly aud?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

function refuse(reason: string): never {
  throw new Error(reason);
}

function requireHeader(headers: HeaderValues, name: string): string {
  return headerOf(headers, name) ?? refuse(`the ${name} header is missing`);
}

function parseToken(text: string): Token {
  try {
    const [header = "", claims = "", signature = "", more] = text.split(".");
    // The algorithm is fixed, whatever the token says; a token that says another one is refused.
    if (more === undefined && (parseObject(header) as { alg?: unknown }).alg === "EdDSA") {
      return [
        parseObject(claims),
        decodeBase64Url(signature),
        utf8Encoder.encode(`${header}.${claims}`),
      ];
    }
  } catch {
    // Whatever does not parse is none.
  }
  return refuse("the token is not an EdDSA-signed JWT");
}

/**
 * Without leeway, like the other SDKs: the server puts a minute around the time of signing into `nbf` and `exp`, which
 * is what clocks may differ by.
 */
function checkClaims({ aud, exp, nbf }: Claims, signedPath: string, now: number): void {
  if (typeof exp !== "number" || typeof nbf !== "number" || now > exp || now < nbf) {
    refuse(
      `the token is valid from ${show(nbf)} to ${show(exp)}, but now is ${now}; are the clocks in sync?`,
    );
  }
  if (![aud].flat().includes(signedPath)) {
    refuse(`the token is for ${show(aud)}, not for ${show(signedPath)}`);
  }
}

/** Anything but an object has none of the fields that are asked for, or is null and throws. */
function parseObject(base64Url: string): object {
  return JSON.parse(utf8Decoder.decode(decodeBase64Url(base64Url))) as object;
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
