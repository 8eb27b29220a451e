/** The SDK under measurement; bundling decides which one it is. The types are the official ones for both. */
declare module "bench-sdk" {
  export * from "official-sdk";
}

declare module "bench-sdk/fetch" {
  export * from "official-sdk/fetch";
}

declare module "bench-sdk/lambda" {
  export * from "official-sdk/lambda";
}
