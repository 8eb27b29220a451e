/** End-to-end tests against a real Restate server. RESTATE_SDK=official (Node 22) runs them on the official SDK. */
import { fileURLToPath } from "node:url";
import { defaultExclude, defineConfig } from "vitest/config";
import { sdkAliases, sdkUnderTest } from "../support/real-server/sdk-under-test.js";

export default defineConfig({
  resolve: { alias: sdkAliases },
  cacheDir: fileURLToPath(new URL("../../node_modules/.vite", import.meta.url)),
  test: {
    name: "e2e",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["**/*.test.ts"],
    exclude: [
      ...defaultExclude,
      ...(sdkUnderTest === "official" ? ["**/beyond-official.test.ts", "companions/**"] : []),
    ],
    pool: "forks",
    maxWorkers: 2,
    // Tests of one file share a server and mostly wait for it.
    maxConcurrency: 16,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
