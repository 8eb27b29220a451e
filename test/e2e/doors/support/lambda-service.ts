/** Plays AWS Lambda for one function: answers the Invoke calls of a Restate server, with Lambda's limits. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What Lambda accepts in a synchronous invocation, in each direction. */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
const REGION = "eu-central-1";

/** What a bundle for Lambda exports as its handler. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that Lambda functions have
export type LambdaFunction = (event: any, context: any) => Promise<unknown>;

export interface LambdaService {
  /** For the deployment. */
  readonly arn: string;
  /** Makes a Restate server send its calls here. */
  readonly serverEnv: Readonly<Record<string, string>>;
  /** The calls so far, in order. */
  readonly calls: readonly LambdaCall[];
  close(): Promise<void>;
}

export interface LambdaCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestBytes: number;
  readonly responseHeaders: Readonly<Record<string, string>> | undefined;
  readonly responseBytes: number;
  /** Set if the function has failed. */
  readonly error: string | undefined;
}

export async function serveLambda(
  name: string,
  handler: LambdaFunction,
  payloadLimitBytes = PAYLOAD_LIMIT_BYTES,
): Promise<LambdaService> {
  const arn = `arn:aws:lambda:${REGION}:123456789012:function:${name}:1`;
  const calls: LambdaCall[] = [];
  const server = createServer((request, response) => {
    // For tests that have this run in another process.
    if (request.url === "/calls") answer(response, 200, calls);
    else void invoke(request, response, { arn, handler, calls, payloadLimitBytes });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    arn,
    calls,
    serverEnv: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Invocation {
  readonly arn: string;
  readonly handler: LambdaFunction;
  readonly calls: LambdaCall[];
  readonly payloadLimitBytes: number;
}

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  invocation: Invocation,
): Promise<void> {
  const { arn, calls, payloadLimitBytes } = invocation;
  const payload = await bodyOf(request);
  const expected = `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`;
  if (request.method !== "POST" || request.url !== expected) {
    answer(response, 404, { Message: `Function not found: ${request.method} ${request.url}` });
    return;
  }
  if (payload.length > payloadLimitBytes) {
    answer(response, 413, { Message: `Request must be smaller than ${payloadLimitBytes} bytes` });
    return;
  }
  const event = JSON.parse(payload.toString()) as {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  const { json, result, error } = await run(event, invocation);
  calls.push({
    path: event.path,
    headers: event.headers,
    requestBytes: payload.length,
    responseHeaders: result?.headers,
    responseBytes: json.length,
    error,
  });
  response.setHeader("x-amzn-requestid", randomUUID());
  response.setHeader("x-amz-executed-version", "1");
  if (error !== undefined) response.setHeader("x-amz-function-error", "Unhandled");
  response.setHeader("content-type", "application/json");
  response.end(json);
}

interface Outcome {
  readonly json: string;
  readonly result?: { readonly headers?: Readonly<Record<string, string>> };
  readonly error?: string;
}

async function run(
  event: unknown,
  { arn, handler, payloadLimitBytes }: Invocation,
): Promise<Outcome> {
  try {
    const result = (await handler(event, contextOf(arn))) as NonNullable<Outcome["result"]>;
    const json = JSON.stringify(result);
    if (json.length > payloadLimitBytes) {
      throw new Error(`Response payload size (${json.length}) exceeded`);
    }
    return { json, result };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return {
      json: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }),
      error: message,
    };
  }
}

function contextOf(invokedFunctionArn: string) {
  return {
    awsRequestId: randomUUID(),
    invokedFunctionArn,
    functionVersion: "1",
    memoryLimitInMB: "128",
    getRemainingTimeInMillis: () => 30_000,
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
