/** What is exported as `internal`: features that may still change. */
export type { ContextInternal } from "./api/context-internal.js";
export { isSuspendedError } from "./errors/internal-errors.js";
