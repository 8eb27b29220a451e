/**
 * Measures the test kit, as it is published: bundled, without what a loader adds to every function.
 *
 *   npx tsx test/bench/testing.ts [path of a node binary]
 */
import { spawnSync } from "node:child_process";
import { bundleToFile } from "./bundles.js";

const node = process.argv[2] ?? process.execPath;
const bundle = await bundleToFile({ entry: "testing-child.ts", variant: "ours" });
const { status } = spawnSync(node, [bundle], { stdio: "inherit" });
process.exit(status ?? 1);
