/** Cloudflare's runtime with and without Node compatibility, old and new, on the output of every bundler. */
import { afterAll, describe, expect, test } from "vitest";
import {
  bundleWithEsbuild,
  bundleWithVite,
  bundleWithVitePlugin,
  bundleWithWrangler,
  importsOf,
  load,
} from "./support/bundlers.js";
import type { Deployment } from "./support/hosted.js";
import { prove, stopServer } from "./support/proof.js";

afterAll(stopServer);

const NODE = ["nodejs_compat"];

const workers: readonly Worker[] = [
  { bundler: "esbuild", bundle: bundleWithEsbuild, date: "2023-05-18", flags: [] },
  { bundler: "esbuild", bundle: bundleWithEsbuild, date: "2026-05-01", flags: [] },
  { bundler: "esbuild", bundle: bundleWithEsbuild, date: "2026-05-01", flags: NODE },
  {
    bundler: "esbuild",
    bundle: bundleWithEsbuild,
    date: "2026-05-01",
    flags: [],
    mode: "bidirectional",
  },
  { bundler: "Vite", bundle: bundleWithVite, date: "2026-05-01", flags: [] },
  {
    bundler: "Cloudflare's Vite plugin",
    bundle: bundleWithVitePlugin,
    date: "2026-05-01",
    flags: [],
  },
  { bundler: "wrangler", bundle: () => bundleWithWrangler([]), date: "2026-05-01", flags: [] },
  {
    bundler: "wrangler",
    bundle: () => bundleWithWrangler(NODE),
    date: "2026-05-01",
    flags: NODE,
  },
];

interface Worker {
  readonly bundler: string;
  readonly bundle: () => Promise<string>;
  /** The compatibility date. */
  readonly date: string;
  readonly flags: readonly string[];
  readonly mode?: "bidirectional";
}

describe.each(workers)("workerd of $date $flags, by $bundler, $mode", (worker) => {
  let script = "";
  let printed = "";
  prove({
    mode: worker.mode === undefined ? "RequestResponse" : "BidiStream",
    // The environment and the execution context.
    extraArgs: ["object", "object"],
    // Nothing runs any more for a client that is gone.
    noticesLostConnections: false,
    async start(identityKey) {
      script = await worker.bundle();
      return serve(worker, script, { identityKey, print: (text) => (printed += text) });
    },
  });

  test("the bundle imports nothing that the SDK asks for", async () => {
    expect(script).not.toBe("");
    // With Node compatibility, wrangler itself adds imports of what Node has.
    const addsImports = worker.bundler === "wrangler" && worker.flags.length > 0;
    if (!addsImports) expect(await importsOf(script)).toEqual([]);
  });

  test("the runtime complains of nothing", () => {
    expect(printed).not.toMatch(/uncaught|unhandled|\bhung\b|different request/i);
  });
});

interface Miniflare {
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}

interface Printing {
  readonly identityKey: string;
  readonly print: (text: string) => void;
}

async function serve(
  { date, flags, mode }: Worker,
  script: string,
  { identityKey, print }: Printing,
): Promise<Deployment> {
  const { Miniflare } = await load<{ Miniflare: new (options: object) => Miniflare }>("miniflare");
  const server = new Miniflare({
    modules: true,
    script,
    host: "127.0.0.1",
    port: 0,
    compatibilityDate: date,
    compatibilityFlags: flags,
    bindings: { IDENTITY_KEY: identityKey, MODE: mode ?? "" },
    handleRuntimeStdio(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream) {
      for (const stream of [stdout, stderr]) {
        stream.on("data", (chunk: Buffer) => {
          print(chunk.toString());
        });
      }
    },
  });
  const { origin } = await server.ready;
  return { url: origin, useHttp11: true, stop: () => server.dispose() };
}
