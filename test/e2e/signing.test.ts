/** A server that signs its requests, and a service that serves nobody else. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RestateServer, serveInProcess, type InProcessHost } from "../support/real-server/index.js";
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
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  directory = await mkdtemp(join(tmpdir(), "restate-signing-"));
  const identityKeyFile = join(directory, "key.pem");
  await writeFile(identityKeyFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  server = await RestateServer.start({ identityKeyFile });
  // The last 32 bytes of the DER form are the key itself.
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  trusting = await serve([otherKey(), `publickeyv1_${base58(raw)}`]);
  wary = await serve([otherKey()]);
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

function otherKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  return `publickeyv1_${base58(publicKey.export({ type: "spki", format: "der" }).subarray(-32))}`;
}

function base58(bytes: Uint8Array): string {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = alphabet.charAt(Number(number % 58n)) + text;
  const leadingZeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(Math.max(leadingZeros, 0)) + text;
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
