/** What a bundle for a browser or a Worker contains. */
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Minified, as a script that leaves `connect` in a global variable. */
async function bundle(clients: string, core: Record<string, string>): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: `export { connect } from "${clients}"`, resolveDir: source(".") },
    alias: core,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    globalName: "restate",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

const ours = await bundle(source("index.ts"), {
  "@restatedev/restate-sdk-core": source("../../restate-sdk-core/src/index.ts"),
});

it("needs nothing but what browsers and Workers have", async () => {
  const { Headers, Response, AbortSignal, TextEncoder, TextDecoder, setTimeout, Uint8Array } =
    globalThis;
  const fetch = async () => Promise.resolve(new Response('"done"'));
  const web = { Headers, AbortSignal, TextEncoder, TextDecoder, setTimeout, Uint8Array, fetch };
  const context = createContext(web);
  runInContext(new TextDecoder().decode(ours), context);
  const call = `restate.connect({ url: "http://host" }).serviceClient({ name: "S" }).h(5)`;
  expect(await runInContext(call, context)).toBe("done");
});

it("is smaller than the official one", async () => {
  const official = await bundle("official-sdk-clients", {});
  expect(ours.length).toBeLessThan(official.length);
  // Error messages that say what to do are what is left to compress.
  expect(gzipSync(ours).length).toBeLessThan(4_300);
});
