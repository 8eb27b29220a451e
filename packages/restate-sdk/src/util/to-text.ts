/** For what callers without types may have put where a text belongs. */
export function toText(value: unknown): string {
  return String(value);
}
