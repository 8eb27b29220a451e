/** The function under measurement: `cold-start-sdk.ts` or `cold-start-floor.ts`, as the bundle says. */
declare module "bench-lambda" {
  export const handler: (
    event: object,
    context: object,
  ) => Promise<{ statusCode?: number; body?: string }>;
}
