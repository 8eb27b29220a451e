/** A server that signs its requests, and a service that serves nobody else. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RestateServer, serveInProcess, type InProcessHost } from "../support/real-server/index.js";
import { createIdentityKey } from "./support/identity-keys.js";
import { quietUnlessAsked } from "./support/world.js";

const guarded = restate.service({
  name: "Guarded",
  handlers: { enter: async (_ctx: restate.Context, name: string) => `welcome ${name}` },
});

let directory: string;
let server: RestateServer;
let trusting: InProcessHost;
let wary: InProcessHost;

beforeAll(async () => {
  const key = createIdentityKey();
  directory = await mkdtemp(join(tmpdir(), "restate-signing-"));
  const identityKeyFile = join(directory, "key.pem");
  await writeFile(identityKeyFile, key.pem);
  server = await RestateServer.start({ identityKeyFile });
  const other = createIdentityKey();
  trusting = await serve([other.text, key.text]);
  wary = await serve([other.text]);
});

afterAll(async () => {
  await server.stop();
  await trusting.close();
  await wary.close();
  await rm(directory, { recursive: true });
});

it("a request signed with a key the service knows is served", async () => {
  await server.admin.register(trusting.url);
  expect(await server.ingress.call("Guarded/enter", "Ada")).toBe("welcome Ada");
});

it("a request signed with another key is refused", async () => {
  await expect(server.admin.register(wary.url)).rejects.toThrow("401");
});

it("an unsigned request is refused, but a health check is not", async () => {
  expect(await statusOf(trusting.url, "/discover")).toBe(401);
  expect(await statusOf(trusting.url, "/invoke/Guarded/enter")).toBe(401);
  expect(await statusOf(trusting.url, "/health")).toBe(200);
});

function serve(identityKeys: string[]): Promise<InProcessHost> {
  const options = { services: [guarded], identityKeys, ...quietUnlessAsked() };
  return serveInProcess({ handler: restate.createEndpointHandler(options) });
}

function statusOf(url: string, path: string): Promise<number> {
  const session = connect(url);
  return new Promise<number>((resolve, reject) => {
    const request = session.request({
      ":path": path,
      accept: "application/vnd.restate.endpointmanifest.v3+json",
    });
    request.on("response", (headers) => resolve(Number(headers[":status"])));
    request.on("error", reject);
    request.resume().end();
  }).finally(() => session.destroy());
}
