/** Check: every value that is journaled comes back from its bytes as what it was. */
import { findDifference, showValue } from "./values.js";

/** What is lost on the way, in words; undefined if nothing is. */
export function describeLoss(value: unknown, read: () => unknown): string | undefined {
  let back: unknown;
  try {
    back = read();
  } catch (error) {
    return `cannot be read again: ${error instanceof Error ? error.message : String(error)}`;
  }
  const difference = findDifference(value, back);
  if (difference === undefined) return undefined;
  const { path, left, right } = difference;
  const where = path === "$" ? "" : ` at ${path}`;
  return `comes back different${where}: ${showValue(left)} becomes ${showValue(right)}`;
}
