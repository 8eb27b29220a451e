/** The root entry point of the SDK under the name that code for Workers imports. */
export * from "@restatedev/restate-sdk";
