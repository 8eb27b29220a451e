/** The handlers under measurement: `handlers-sdk.ts` or `handlers-floor.ts`, as the bundle says. */
declare module "bench-handlers" {
  import type { BenchCase } from "./cases.js";
  import type { FetchHandler, LambdaHandler } from "./doors.js";
  import type { Version } from "./messages.js";

  export function createFetchHandler(benchCase: BenchCase, version: Version): FetchHandler;
  export function createLambdaHandler(benchCase: BenchCase, version: Version): LambdaHandler;
}
