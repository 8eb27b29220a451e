/** The public surface of the package. */
export { openTelemetryHook } from "./hook.js";
export type { OpenTelemetryHookContext, OpenTelemetryHookOptions } from "./options.js";
