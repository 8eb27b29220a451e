/** Events as the ways to a Lambda function make them, from one description of a request. */
import { FrameDecoder } from "../protocol/frame-decoder.js";
import type { Message } from "../protocol/messages.js";
import { decodeMessage, ServerOutput } from "../protocol/server/codec.js";
import type { LambdaEvent, LambdaResult } from "./lambda.js";

export interface EventRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Shows what events hold besides what matters to us. */
export type EventShape = (request: EventRequest) => LambdaEvent & Record<string, unknown>;

/** Restate's own, when a deployment is registered by its ARN. */
export const fromRestate: EventShape = ({ method = "POST", path, headers = {}, body }) => ({
  path,
  httpMethod: method,
  headers,
  body: base64(body),
  isBase64Encoded: true,
});

/** A REST API, below the path of a custom domain. */
const fromApiGatewayV1: EventShape = ({ method = "POST", path, headers = {}, body }) => ({
  resource: "/{proxy+}",
  path: `/shop${path}`,
  httpMethod: method,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/^./, upper), value]),
  ),
  multiValueHeaders: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  ),
  queryStringParameters: null,
  pathParameters: { proxy: path.slice(1) },
  stageVariables: null,
  requestContext: { stage: "prod", path: `/prod${path}`, httpMethod: method },
  body: body === undefined ? null : base64(body),
  isBase64Encoded: body !== undefined,
});

/** An HTTP API with a stage; it leaves out a body that is empty. */
const fromApiGatewayV2: EventShape = (request) => formatV2(request, "/prod");

const fromFunctionUrl: EventShape = (request) => formatV2(request, "");

function formatV2(
  { method = "POST", path, headers = {}, body }: EventRequest,
  stage: string,
): ReturnType<EventShape> {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: stage + path,
    rawQueryString: "",
    headers,
    requestContext: { http: { method, path: stage + path, protocol: "HTTP/1.1" } },
    ...(body && { body: base64(body) }),
    isBase64Encoded: body !== undefined,
  };
}

export const eventShapes: Readonly<Record<string, EventShape>> = {
  "Restate, by ARN": fromRestate,
  "API Gateway, format 1.0": fromApiGatewayV1,
  "API Gateway, format 2.0": fromApiGatewayV2,
  "function URL": fromFunctionUrl,
};

export function frames(...messages: readonly Message[]): Uint8Array {
  const buffer = new ServerOutput();
  for (const message of messages) buffer.append(message, 6);
  return buffer.take() ?? new Uint8Array();
}

export function bytesOf({ body, isBase64Encoded }: LambdaResult): Uint8Array {
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

export function textOf(result: LambdaResult): string {
  return Buffer.from(bytesOf(result)).toString();
}

export function messagesOf(bytes: Uint8Array): Message[] {
  const decoder = new FrameDecoder();
  const messages: Message[] = [];
  decoder.push(bytes);
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
    messages.push(decodeMessage(frame.name, frame));
  }
  return messages;
}

function base64(body: Uint8Array = new Uint8Array()): string {
  return Buffer.from(body).toString("base64");
}

function upper(letter: string): string {
  return letter.toUpperCase();
}
