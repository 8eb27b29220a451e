/** A value as error messages show it: as JSON where it has one, else as text. Never throws. */
export function show(value: unknown): string {
  try {
    // NaN and Infinity have no JSON of their own.
    if (typeof value === "number") return String(value);
    const json = JSON.stringify(value) as unknown;
    return typeof json === "string" ? json : String(value);
  } catch {
    return "(no JSON representation)";
  }
}
