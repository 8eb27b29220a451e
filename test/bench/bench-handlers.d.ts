/** The handlers under measurement: `handlers-sdk.ts` or `handlers-floor.ts`, as the bundle says. */
declare module "bench-handlers" {
  /** Only the floor looks at the case and the version. */
  export function createFetchHandler(
    benchCase: unknown,
    version: unknown,
  ): (request: Request) => Promise<Response>;
  export function createLambdaHandler(
    benchCase: unknown,
    version: unknown,
  ): (
    event: object,
    context: object,
  ) => Promise<{ statusCode?: number; body?: string; isBase64Encoded?: boolean }>;
}
