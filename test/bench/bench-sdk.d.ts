/** The SDK under measurement; bundling decides which one it is. The types are the official ones for both. */
declare module "bench-sdk" {
  export * from "official-sdk";
}
