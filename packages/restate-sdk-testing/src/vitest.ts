/** The types of the matchers for Vitest: to be imported for its effect on types. */
import type { RestateMatchers } from "./matchers/matchers.js";

export type { RestateMatchers };

declare module "vitest" {
  // Its own declaration has this parameter and this default.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends RestateMatchers {}
}
