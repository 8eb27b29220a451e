/** The public surface of the package. */
export type { Serde } from "@restatedev/restate-sdk-core";
export { serde } from "./namespaces.js";
