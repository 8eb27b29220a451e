/** Endpoints with identity keys: what is not signed is refused at every door, and what a real server signs is served. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:http2";
import { request as requestHttp1 } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { createEndpointHandler as createLambdaHandler } from "@restatedev/restate-sdk/lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateServer, serveInProcess } from "../../support/real-server/index.js";
import { createIdentityKey } from "../support/identity-keys.js";
import { quietUnlessAsked } from "../support/world.js";
import { refusesForgeries } from "./support/forgeries.js";
import { serveLambda } from "./support/lambda-service.js";
import * as restate from "@restatedev/restate-sdk";

describe("Node, HTTP/2", () => {
  refusesForgeries(async (options) => {
    const host = await serveInProcess({ handler: createEndpointHandler(options) });
    const session = connect(host.url);
    return {
      async send({ path, headers, body }) {
        const stream = session.request({ ":method": "POST", ":path": path, ...headers });
        const status = new Promise<number>((resolve, reject) => {
          stream.on("response", (head) => resolve(Number(head[":status"]))).on("error", reject);
        });
        stream.end(body);
        return { status: await status, body: await textOf(stream) };
      },
      async close() {
        session.destroy();
        await host.close();
      },
    };
  });
});

describe("Node, HTTP/1.1", () => {
  refusesForgeries(async (options) => {
    const host = await serveInProcess({ handler: createEndpointHandler(options), http1: true });
    return {
      // Not fetch, which would tidy up paths.
      send: ({ path, headers, body }) =>
        new Promise((resolve, reject) => {
          const { port } = host;
          requestHttp1({ port, method: "POST", path, headers, agent: false }, (response) => {
            textOf(response).then(
              (text) => resolve({ status: response.statusCode ?? 0, body: text }),
              reject,
            );
          })
            .on("error", reject)
            .end(body);
        }),
      close: () => host.close(),
    };
  });
});

describe("Lambda", () => {
  refusesForgeries(async (options) => {
    const handler = createLambdaHandler(options);
    return {
      async send({ path, headers, body }) {
        const event = {
          path,
          headers,
          body: Buffer.from(body).toString("base64"),
          isBase64Encoded: true,
        };
        const result = (await handler(event, {})) as { statusCode: number; body: string };
        return {
          status: result.statusCode,
          body: Buffer.from(result.body, "base64").toString(),
        };
      },
      close: async () => undefined,
    };
  });
});

describe("a real server", () => {
  const welcome = restate.service({
    name: "Welcome",
    handlers: {
      enter: async (ctx: restate.Context, name: string) => {
        const word = await ctx.run("word", () => "welcome");
        await ctx.sleep(10);
        return `${word} ${name}`;
      },
    },
  });
  const [old, current, next] = [createIdentityKey(), createIdentityKey(), createIdentityKey()];
  const options = (identityKeys: string[]) => ({
    services: [welcome],
    identityKeys,
    ...quietUnlessAsked(),
  });
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "restate-identity-"));
  });

  afterAll(() => rm(directory, { recursive: true }));

  const startServer = async (key: typeof current, env: Readonly<Record<string, string>> = {}) => {
    const identityKeyFile = join(directory, `${key.text}.pem`);
    await writeFile(identityKeyFile, key.pem);
    return RestateServer.start({ identityKeyFile, env });
  };

  it("signs its calls of Lambda functions", async () => {
    const handler = createLambdaHandler(options([current.text]));
    const service = await serveLambda("welcome", handler);
    const server = await startServer(current, service.serverEnv);
    await server.admin.registerLambda(service.arn);
    expect(await server.ingress.call("Welcome/enter", "Ada")).toBe("welcome Ada");
    expect(service.calls.every(({ headers }) => "x-restate-jwt-v1" in headers)).toBe(true);
    await server.stop();
    await service.close();
  });

  it("is refused by a Lambda function that does not know its key", async () => {
    const handler = createLambdaHandler(options([next.text]));
    const service = await serveLambda("wary", handler);
    const server = await startServer(current, service.serverEnv);
    await expect(server.admin.registerLambda(service.arn)).rejects.toThrow("401");
    await server.stop();
    await service.close();
  });

  it.each([true, false])("signs requests below a path (HTTP/1.1: %s)", async (http1) => {
    const handler = createEndpointHandler(options([old.text, current.text, next.text]));
    const host = await serveInProcess({ handler, http1 });
    const server = await startServer(current);
    await server.admin.register(`${host.url}/some/path`, { useHttp11: http1 });
    expect(await server.ingress.call("Welcome/enter", "Bob")).toBe("welcome Bob");
    await server.stop();
    await host.close();
  });
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}
