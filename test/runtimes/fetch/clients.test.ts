/** The ingress client where no Node is, and where one is. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as restate from "@restatedev/restate-sdk";
import { build } from "esbuild";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { RestateServer, serveInProcess } from "../../support/real-server/index.js";
import { load } from "./support/bundlers.js";
import { executable, folder } from "./support/hosted.js";

const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (_ctx: restate.Context, name: string) => {
      if (name === "") throw new restate.TerminalError("Nobody is there", { errorCode: 404 });
      return `Hello ${name}`;
    },
  },
});
export type Greeter = typeof greeter;

const seen = {
  called: "Hello Ada",
  sent: "Hello Bob",
  failed: [404, "Nobody is there"],
  aborted: "Error: no time",
};

let server: RestateServer;

beforeAll(async () => {
  const logger = (): void => undefined;
  const handler = restate.createEndpointHandler({ services: [greeter], logger });
  const host = await serveInProcess({ handler });
  server = await RestateServer.start();
  await server.admin.register(host.url);
  return async () => {
    await server.stop();
    await host.close();
  };
});

const main = `${folder}hosts/client-main.ts`;

test("on Bun", async () => {
  const bun = executable("bun", ["bun/bin/bun.exe", "@oven/bun-linux-x64/bin/bun"]);
  expect(await run(bun, [`--tsconfig-override=${folder}tsconfig.built.json`, main])).toEqual(seen);
});

test("on Deno", async () => {
  const platform = `${process.platform}-${process.arch}-glibc`;
  const deno = executable("deno", [`@deno/${platform}/deno`, "deno/deno"]);
  const flags = ["--no-prompt", "--deny-env", "--allow-net=127.0.0.1", "--no-check"];
  const config = `--config=${folder}hosts/deno.json`;
  expect(await run(deno, ["run", ...flags, "--unstable-sloppy-imports", config, main])).toEqual(
    seen,
  );
});

test("on Node", async () => {
  const script = await bundle("client-main.ts");
  expect(await run(process.execPath, ["--input-type=module", "--eval", script, "main"])).toEqual(
    seen,
  );
});

test("on workerd, without nodejs_compat", async () => {
  const { Miniflare } = await load<{ Miniflare: new (options: object) => Miniflare }>("miniflare");
  const script = await bundle("client-worker.ts");
  const worker = new Miniflare({ modules: true, script, compatibilityDate: "2026-01-01" });
  onTestFinished(() => worker.dispose());
  const answer = await worker.dispatchFetch(
    `http://worker/${encodeURIComponent(server.ingressUrl)}`,
  );
  expect(await answer.json()).toEqual(seen);
});

interface Miniflare {
  dispatchFetch(url: string): Promise<Response>;
  dispose(): Promise<void>;
}

async function run(command: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(command, [...args, server.ingressUrl]);
  return JSON.parse(stdout);
}

/** Of the packed package; a bundle for the web, which Node understands, too. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}hosts/${entry}`],
    tsconfig: `${folder}tsconfig.built.json`,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
