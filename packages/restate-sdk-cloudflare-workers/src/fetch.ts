/** The SDK's entry point for fetch handlers, which is the one for Workers. */
export * from "@restatedev/restate-sdk/fetch";
