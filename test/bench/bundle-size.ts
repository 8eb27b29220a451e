/**
 * How many bytes a bundled and minified hello world takes with either SDK:
 *
 *   npx tsx test/bench/bundle-size.ts
 */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HELLO = `
  import * as restate from "bench-sdk";
  restate.serve({
    services: [
      restate.service({ name: "Hello", handlers: { greet: async (_ctx, name) => "Hello " + name } }),
    ],
  });
`;

const SDKS = {
  official: "official-sdk",
  ours: fileURLToPath(new URL("../../packages/restate-sdk/src/index.ts", import.meta.url)),
};

const sizes = await Promise.all(
  Object.entries(SDKS).map(async ([name, target]) => ({ name, ...(await bundleSize(target)) })),
);
console.log("| SDK | minified bytes | gzip bytes |\n| --- | ---: | ---: |");
for (const { name, bytes, gzipBytes } of sizes) {
  console.log(`| ${name} | ${bytes.toLocaleString("en")} | ${gzipBytes.toLocaleString("en")} |`);
}

async function bundleSize(sdk: string): Promise<{ bytes: number; gzipBytes: number }> {
  const { outputFiles } = await build({
    stdin: { contents: HELLO, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    alias: { "bench-sdk": sdk },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
    logLevel: "error",
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  return { bytes: contents.length, gzipBytes: gzipSync(contents).length };
}
