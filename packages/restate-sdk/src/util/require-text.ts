/**
 * For names, keys and ids of callers without types: a missing one must not pass for an empty one.
 * @throws TypeError that calls it the `noun` of `whose`.
 */
export function requireText(whose: string, noun: string, value: unknown): void {
  if (typeof value === "string") return;
  const actual = value === null ? "null" : typeof value;
  throw new TypeError(`The ${noun} of ${whose} must be a string, but is ${actual}.`);
}
