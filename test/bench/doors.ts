/** The entry points that need no socket: what a fetch handler and a Lambda handler are invoked with, and what they return. */
import type { BenchCase } from "./cases.js";
import type { Version } from "./messages.js";

/** One invocation in request-response mode: the bytes of the request in, those of the answer out. */
export type Door = () => Promise<Uint8Array>;

export type DoorName = "fetch" | "Lambda";

export type FetchHandler = (request: Request) => Promise<Response>;

export interface LambdaResult {
  readonly statusCode?: number;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The official type of the handler names the event's type; here an event is JSON, as it arrives. */
export type LambdaHandler = (event: object, context: object) => Promise<LambdaResult>;

/** What the runtime passes beside the event; the official handler needs it. */
export const LAMBDA_CONTEXT = { awsRequestId: "8a6f2f1e-9d3b-4d5e-8c1a-2b7f0e9d4c33" };

export function fetchDoor(
  handler: FetchHandler,
  { path, opening }: BenchCase,
  version: Version,
): Door {
  const body = Buffer.concat(opening);
  const headers = requestHeaders(version);
  return async () => {
    const request = new Request(`http://localhost${path}`, { method: "POST", headers, body });
    const response = await handler(request);
    if (response.status !== 200) throw new Error(`fetch answers ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
}

export function lambdaDoor(handler: LambdaHandler, benchCase: BenchCase, version: Version): Door {
  const event = lambdaEvent(benchCase, version);
  return async () => {
    const { statusCode, body = "", isBase64Encoded } = await handler(event, LAMBDA_CONTEXT);
    if (statusCode !== 200 || isBase64Encoded !== true) {
      throw new Error(`Lambda answers ${String(statusCode)}`);
    }
    return Buffer.from(body, "base64");
  };
}

/** As an API Gateway sends it, payload format 2.0. */
export function lambdaEvent({ path, opening }: BenchCase, version: Version): object {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: requestHeaders(version),
    requestContext: { http: { method: "POST", path } },
    body: Buffer.concat(opening).toString("base64"),
    isBase64Encoded: true,
  };
}

export function contentTypeOf(version: Version): string {
  return `application/vnd.restate.invocation.v${version}`;
}

function requestHeaders(version: Version): Record<string, string> {
  const contentType = contentTypeOf(version);
  return { "content-type": contentType, accept: contentType };
}
