/** Looks packages up from where this package is, in both of its builds. */
import { createRequire } from "node:module";

export const ownRequire = createRequire(
  typeof __filename === "string" ? __filename : import.meta.url,
);
