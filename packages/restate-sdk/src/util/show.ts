/** A value as error messages show it: as JSON where it has one, else as text. Never throws. */
export function show(value: unknown): string {
  try {
    // NaN and Infinity have no JSON of their own; what has none at all gives undefined.
    return (typeof value !== "number" && JSON.stringify(value)) || String(value);
  } catch {
    return "(no JSON representation)";
  }
}
