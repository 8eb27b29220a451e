/** Stands in for AWS: calls the handler of the module in argv[2] as the URL of a function would. */
import { createServer, type IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

interface LambdaResult {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

type LambdaHandler = (event: unknown, context: unknown) => Promise<LambdaResult>;

const file = pathToFileURL(resolve(process.argv[2] ?? "")).href;
const loaded = (await import(file)) as {
  handler?: LambdaHandler;
  default?: { handler?: LambdaHandler };
};
const handler = loaded.handler ?? loaded.default?.handler;
if (handler === undefined) throw new Error(`${file} exports no handler`);

createServer((request, response) => {
  void eventOf(request)
    .then((event) => handler(event, { awsRequestId: "1" }))
    .then(({ statusCode, headers, body = "", isBase64Encoded }) => {
      response.writeHead(statusCode, headers);
      response.end(Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8"));
    });
}).listen(Number(process.env["PORT"]));

async function eventOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    version: "2.0",
    rawPath: request.url,
    headers: request.headers,
    requestContext: { http: { method: request.method, path: request.url } },
    body: Buffer.concat(chunks).toString("base64"),
    isBase64Encoded: true,
  };
}
