/** Reads headers as adapters provide them. */
import type { HeaderValues } from "./types.js";

/** The value of a header; a repeated one counts with its first. */
export function headerOf(headers: HeaderValues, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "object" ? value[0] : value;
}
