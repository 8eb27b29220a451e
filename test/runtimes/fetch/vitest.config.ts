/** The fetch entry on real runtimes. Run by run.sh, which installs them. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sdkAliases } from "../../support/real-server/sdk-under-test.js";

export default defineConfig({
  resolve: { alias: sdkAliases },
  cacheDir: fileURLToPath(new URL("../../../node_modules/.vite", import.meta.url)),
  test: {
    name: "fetch runtimes",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
