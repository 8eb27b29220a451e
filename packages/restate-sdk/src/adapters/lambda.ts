/** Events of AWS Lambda to the endpoint, and its answers to results: one attempt for each event. */
import type { Endpoint } from "../endpoint/endpoint.js";
import { createRequestHandler } from "../endpoint/handle.js";
import type {
  EndpointRequest,
  EndpointResponse,
  HeaderValues,
  StreamResponse,
} from "../endpoint/types.js";
import { SERVER_HEADER_VALUE } from "../util/sdk-version.js";
import {
  decodeBody,
  encodeBody,
  supportsZstd,
  UnreadableBodyError,
  type EncodedBody,
} from "./lambda-encoding.js";

/**
 * What API Gateway (payload formats 1.0 and 2.0), function URLs and Restate itself invoke a function with, as far as it
 * matters here. Everything may be missing: functions can be invoked with any JSON.
 */
export interface LambdaEvent extends EncodedBody {
  /** In format 1.0, and from Restate. */
  readonly path?: string;
  /** In format 2.0. */
  readonly rawPath?: string;
  readonly headers?: HeaderValues | null;
}

export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** What matters here of the object that the runtime passes to functions; tests and other runtimes may leave it out. */
export interface LambdaContext {
  readonly awsRequestId?: string;
}

export type LambdaFunction = (event: LambdaEvent, context?: LambdaContext) => Promise<LambdaResult>;

/** What Lambda accepts as a result. */
const MAX_RESULT_CHARS = 6 * 1024 * 1024;

/** Rejects for events that are no HTTP requests; whatever else goes wrong is answered. */
export function lambdaFunction(endpoint: Endpoint): LambdaFunction {
  const { log } = endpoint;
  const handle = createRequestHandler(endpoint, {
    protocolMode: "REQUEST_RESPONSE",
    ...(supportsZstd && { lambdaCompression: "zstd" }),
  });
  return async (event, context) => {
    const request = toRequest(event, context);
    try {
      const result = await respond(await handle(request), event, request.headers);
      if (result.body.length > MAX_RESULT_CHARS) {
        log.error(
          `The result of ${request.url} has ${result.body.length} characters, of which Lambda accepts ${MAX_RESULT_CHARS}: ` +
            "Restate will get an error instead, and retry. Return, store and send smaller values, or fewer between two awaits.",
        );
      }
      return result;
    } catch (error) {
      if (error instanceof UnreadableBodyError) {
        log.warn(`Answering ${error.status}: ${error.message}`);
        return errorResult(error.status, error.message);
      }
      log.error("Unexpected error while answering an event:", error);
      return errorResult(500, error instanceof Error ? error.message : String(error));
    }
  };
}

function toRequest(
  event: LambdaEvent | null | undefined,
  context: LambdaContext | undefined,
): EndpointRequest {
  const { path, rawPath, headers } = event ?? {};
  const url = path ?? rawPath;
  // Thrown, so that a queue or a schedule that is wired to this function by mistake sees its events fail.
  if (typeof url !== "string") {
    throw new TypeError(
      `The event is no HTTP request: it has neither path nor rawPath, only ${Object.keys(event ?? {}).join(", ") || "nothing"}. ` +
        "Let this function be invoked by Restate, a function URL or an API Gateway.",
    );
  }
  return {
    url,
    // API Gateway passes names on as the client wrote them.
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    extraArgs: [context],
    ...(context?.awsRequestId && { logContext: { AWSRequestId: context.awsRequestId } }),
  };
}

/** A signature has been checked by now: before that, nobody looks at the body. */
async function respond(
  response: EndpointResponse,
  event: LambdaEvent,
  requestHeaders: HeaderValues,
): Promise<LambdaResult> {
  if (response.kind === "static") return toResult(response, response.body, requestHeaders);
  const input = decodeBody(event, requestHeaders);
  if (response.kind === "stream") {
    return toResult(response, await runAttempt(response, input), requestHeaders);
  }
  return respond(await response.respond(input), event, requestHeaders);
}

function runAttempt(response: StreamResponse, input: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let over = false as boolean;
    const receiver = response.start({
      write: (chunk) => chunks.push(chunk) > 0,
      end() {
        over = true;
        resolve(Buffer.concat(chunks));
      },
    });
    try {
      if (!over) receiver.onData(input);
      if (!over) receiver.onInputEnd();
    } catch (error) {
      receiver.onAbort(error);
      throw error;
    }
  });
}

function toResult(
  { status, headers }: Pick<StreamResponse, "status" | "headers">,
  bytes: Uint8Array,
  requestHeaders: HeaderValues,
): LambdaResult {
  const { body, contentEncoding } = encodeBody(bytes, requestHeaders);
  return {
    statusCode: status,
    headers: contentEncoding ? { ...headers, "content-encoding": contentEncoding } : headers,
    body,
    isBase64Encoded: true,
  };
}

function errorResult(statusCode: number, message: string): LambdaResult {
  return {
    statusCode,
    headers: { "content-type": "application/json", "x-restate-server": SERVER_HEADER_VALUE },
    body: JSON.stringify({ message }),
    isBase64Encoded: false,
  };
}
