/**
 * Measures the test kit, as it is published: bundled, without what a loader adds to every function.
 *
 *   npx tsx test/bench/testing.ts [path of a node binary]
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { CACHE } from "./bundles.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const node = process.argv[2] ?? process.execPath;
const outfile = path.join(CACHE, "testing.mjs");
await build({
  entryPoints: [path.join(root, "test/bench/testing-child.ts")],
  alias: sources(),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  outfile,
});
const { status } = spawnSync(node, [outfile], { stdio: "inherit" });
process.exit(status ?? 1);

/** Our packages, from their sources. */
function sources(): Record<string, string> {
  const text = readFileSync(path.join(root, "tsconfig.json"), "utf8");
  const { compilerOptions } = JSON.parse(text) as {
    compilerOptions: { paths: Record<string, readonly string[]> };
  };
  const files = Object.entries(compilerOptions.paths);
  return Object.fromEntries(files.map(([name, [file = ""]]) => [name, path.join(root, file)]));
}
