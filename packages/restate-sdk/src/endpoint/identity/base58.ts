/** Base58 with the Bitcoin alphabet, the text form of Restate's public keys. */

export const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The bytes of `text`, or undefined if it holds a character outside the alphabet. */
export function decodeBase58(text: string): Uint8Array<ArrayBuffer> | undefined {
  // Little endian while it grows: every digit multiplies by 58 and adds.
  const bytes: number[] = [];
  for (const character of text) {
    let carry = ALPHABET.indexOf(character);
    if (carry < 0) return undefined;
    for (let i = 0; i < bytes.length || carry > 0; i++) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
  }
  // A leading "1" is a leading zero byte, which the arithmetic above cannot see.
  for (let i = 0; text[i] === "1"; i++) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}
